#include "core/output/image_marks.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/output/archive.h"
#include "tests/support/gallery_images.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

class TestImageMarks : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path folder_;

    void append(const std::string& bytes) const { std::ofstream(marks_file(folder_), std::ios::app) << bytes; }

private Q_SLOTS:
    void init() {
        folder_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction();
        fs::create_directories(folder_ / ".fanlight");
    }

    void whatIsSaidLastCountsForEachMark() {
        QVERIFY(read_marks(folder_).empty());
        append_marks(folder_, {{.file = "0.png", .rating = 2}, {.file = "1.png", .rating = 5}});
        append_marks(folder_, {{.file = "0.png", .note = "the ears,\n\"soft\" كلب"}});
        append_marks(folder_, {{.file = "0.png", .rating = rejected}, {.file = "1.png", .culled = true}});
        const MarksByFile marks = read_marks(folder_);
        QCOMPARE(marks.size(), size_t{2});
        QVERIFY(marks.at("0.png") == (ImageMarks{.rating = rejected, .note = "the ears,\n\"soft\" كلب"}));
        QVERIFY(marks.at("1.png") == (ImageMarks{.rating = 5, .culled = true}));
    }

    void malformedLinesAreSkipped() {
        append_marks(folder_, {{.file = "0.png", .rating = 2}});
        append(
            "garbage\n{\"file\":\"0.png\",\"rating\":99}\n{\"file\":7}\n[]\n{\"file\":\"0.png\",\"rating\":2.5}\n"
            "{\"file\":\"../0.png\",\"rating\":3}\n{\"file\":\"\",\"rating\":3}\n{\"file\":\"0.png\",\"culled\":1}\n"
            "{\"file\":\"0.png\",\"note\":\"" +
            std::string(max_note_bytes + 1, 'x') + "\"}\n\n");
        QVERIFY(read_marks(folder_) == (MarksByFile{{"0.png", {.rating = 2}}}));
    }

    /// As a crash leaves it.
    void aTornLineSpoilsNoOther() {
        append_marks(folder_, {{.file = "0.png", .rating = 2}});
        append("{\"file\":\"0.png\",\"rat");
        append_marks(folder_, {{.file = "1.png", .rating = 3}});
        QVERIFY(read_marks(folder_) == (MarksByFile{{"0.png", {.rating = 2}}, {"1.png", {.rating = 3}}}));
    }

    void longNotesAreCutBetweenCharacters() {
        std::string note(max_note_bytes - 1, 'x');
        const ImageMark read = parse_mark(mark_line({.file = "0.png", .note = note + "é…"}));
        QCOMPARE(QString::fromStdString(*read.note), QString::fromStdString(note));
    }

    void whatCannotBeReadIsNamed() {
        fs::create_directory(marks_file(folder_));
        try {
            read_marks(folder_);
            QFAIL("a folder was read");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find(marks_file(folder_).string()) != std::string::npos);
        }
        QVERIFY_EXCEPTION_THROWN(append_marks(folder_, {{.file = "0.png", .rating = 1}}), Error);
    }

    void aCulledImageThatIsBackIsNotCulled() {
        append_marks(folder_, {{.file = "0.png", .culled = true}, {.file = "1.png", .culled = true}});
        commit_file(folder_, "1.png", "restored by a file manager");
        QVERIFY(culled_images(folder_) == std::set<std::string>{"0.png"});
        QCOMPARE(forget_culled(folder_), size_t{1});
        QVERIFY(culled_images(folder_).empty());
    }

    void anExportTakesThemAlong() {
        const QString run = QString::fromStdString((folder_ / "run").string());
        std::vector<ExportImage> images;
        for (const ManifestRow& row : make_gallery_run(run, {"a dog", "a cat"}))
            images.push_back({folder_ / "run" / row.item.place, row});
        images[1].marks = {.rating = 4, .note = "the one, with \"ears\""};
        QVERIFY(write_folder(folder_ / "out", images));
        QCOMPARE(read_file(folder_ / "out" / "ratings.csv"),
                 std::string("file,rating,note\n1.png,4,\"the one, with \"\"ears\"\"\"\n"));
        QVERIFY(read_marks(folder_ / "out") == (MarksByFile{{"1.png", images[1].marks}}));
        QVERIFY(write_archive(folder_ / "out.zip", images));
        const std::string zip = read_file(folder_ / "out.zip");
        for (const char* name : {"ratings.csv", ".fanlight/ratings.jsonl"})
            QVERIFY2(zip.find(name) != std::string::npos, name);

        images[1].marks = {};
        QVERIFY(write_folder(folder_ / "plain", images));
        QVERIFY(!fs::exists(folder_ / "plain" / "ratings.csv") && !fs::exists(folder_ / "plain" / ".fanlight"));
    }
};

FANLIGHT_TEST(TestImageMarks)
#include "tst_image_marks.moc"
