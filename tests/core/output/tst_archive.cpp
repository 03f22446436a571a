#include <zip.h>

#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/output/archive.h"
#include "tests/support/gallery_images.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

std::vector<ExportImage> images_of(const QString& folder, const std::vector<std::string>& prompts) {
    std::vector<ExportImage> images;
    for (const ManifestRow& row : make_gallery_run(folder, prompts))
        images.push_back({fs::path(folder.toStdString()) / row.item.place, row});
    return images;
}

/// Unpacks an archive with another program.
void unpack(const fs::path& zip, const fs::path& folder) {
    fs::create_directories(folder);
    std::unique_ptr<zip_t, void (*)(zip_t*)> archive(zip_open(zip.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, nullptr),
                                                     &zip_discard);
    QVERIFY(archive);
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive.get(), 0); ++i) {
        zip_stat_t entry;
        QCOMPARE(zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), 0, &entry), 0);
        std::string bytes(entry.size, '\0');
        std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
            zip_fopen_index(archive.get(), static_cast<zip_uint64_t>(i), 0), &zip_fclose);
        QCOMPARE(zip_fread(file.get(), bytes.data(), bytes.size()), static_cast<zip_int64_t>(bytes.size()));
        replace_file(folder / entry.name, bytes);
    }
}

QStringList names_in(const QTemporaryDir& folder) {
    return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden | QDir::NoDotAndDotDot);
}

}  // namespace

class ArchiveTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anArchiveUnpacksToWhatWasExported() {
        const QTemporaryDir folder;
        const auto images = images_of(folder.filePath("run"), {"a dog", "قطة 🐈", "with \"quotes\", commas"});
        const fs::path zip = folder.filePath("out.zip").toStdString();
        QVERIFY(write_archive(zip, images));

        const fs::path unpacked = folder.filePath("unpacked").toStdString();
        unpack(zip, unpacked);
        const auto rows = read_manifest_jsonl(unpacked / "manifest.jsonl");
        QCOMPARE(rows.size(), images.size());
        for (size_t i = 0; i < rows.size(); ++i) {
            QVERIFY(rows[i] == images[i].row);
            QCOMPARE(sha256_hex_of_file(unpacked / rows[i].item.place), rows[i].made.file()->sha256);
        }
        QCOMPARE(read_file(unpacked / "manifest.csv"), manifest_csv(rows));
        QCOMPARE(names_in(folder), QStringList{"out.zip"});
    }

    void namesOfSeveralRunsDoNotCollide() {
        std::vector<ExportImage> images = {{"/a/cats/0.png", gallery_row(0, "x")},
                                           {"/a/dogs/0.png", gallery_row(0, "x")},
                                           {"/b/dogs/0.png", gallery_row(0, "x")},
                                           {"/a/dogs/1.png", gallery_row(1, "x")}};
        make_names_unique(images);
        QStringList names;
        for (const ExportImage& image : images) names << QString::fromStdString(image.row.item.place);
        QCOMPARE(names, QStringList({"cats-0.png", "dogs-0.png", "dogs-2-0.png", "1.png"}));
    }

    void aMissingImageIsLeftOutAndNamed() {
        const QTemporaryDir folder;
        const auto images = images_of(folder.filePath("run"), {"a dog", "a cat", "a bird"});
        fs::remove(images[1].source);
        const fs::path zip = folder.filePath("out.zip").toStdString();
        const fs::path unpacked = folder.filePath("unpacked").toStdString(), out = folder.filePath("out").toStdString();
        const std::vector<fs::path> missing = {images[1].source};
        QVERIFY(write_archive(zip, images) == missing);
        QVERIFY(write_folder(out, images) == missing);
        unpack(zip, unpacked);
        for (const fs::path& made : {unpacked, out}) {
            const auto rows = read_manifest_jsonl(made / "manifest.jsonl");
            QCOMPARE(rows.size(), images.size());
            QVERIFY(rows[0] == images[0].row && rows[2] == images[2].row);
            QCOMPARE(rows[1].item.place, images[1].row.item.place);
            QCOMPARE(rows[1].made.file()->sha256, std::string());
            QVERIFY(fs::exists(made / rows[2].item.place) && !fs::exists(made / rows[1].item.place));
        }
    }

    void nothingButMissingImagesLeavesNoArchive() {
        const QTemporaryDir folder;
        auto images = images_of(folder.filePath("run"), {"a dog", "a cat"});
        for (const ExportImage& image : images) fs::remove(image.source);
        const fs::path zip = folder.filePath("out.zip").toStdString();
        QVERIFY_EXCEPTION_THROWN(write_archive(zip, images), Error);
        QCOMPARE(names_in(folder), QStringList());
    }

    void givingUpLeavesNoArchive() {
        const QTemporaryDir folder;
        const auto images = images_of(folder.filePath("run"), {"a dog", "a cat"});
        const fs::path zip = folder.filePath("out.zip").toStdString();
        replace_file(zip, "an older one");
        QVERIFY(!write_archive(zip, images, [](double) { return false; }));
        QCOMPARE(read_file(zip), std::string("an older one"));
        QCOMPARE(names_in(folder), QStringList{"out.zip"});
    }

    void aFolderThatCannotBeWrittenIsNamed() {
        const QTemporaryDir folder;
        const auto images = images_of(folder.filePath("run"), {"a dog"});
        const fs::path zip = folder.filePath("missing/out.zip").toStdString();
        try {
            write_archive(zip, images);
            QFAIL("written into a folder that is not there");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("missing/out.zip"), error.what());
        }
    }

    void aFolderIsAnExportToo() {
        const QTemporaryDir folder;
        const auto images = images_of(folder.filePath("run"), {"a dog", "a cat"});
        const fs::path out = folder.filePath("out").toStdString();
        double last = -1;
        QVERIFY(write_folder(out, images, [&](double done) { return std::exchange(last, done) < done; }));
        QVERIFY(read_manifest_jsonl(out / "manifest.jsonl") ==
                read_manifest_jsonl(folder.filePath("run").toStdString() + "/manifest.jsonl"));
        QCOMPARE(sha256_hex_of_file(out / "1.png"), images[1].row.made.file()->sha256);
        QVERIFY_EXCEPTION_THROWN(write_folder(out, images), Error);  // existing files are not replaced
    }
};

FANLIGHT_TEST(ArchiveTest)
#include "tst_archive.moc"
