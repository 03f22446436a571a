#include <QtTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/images/image_committer.h"
#include "core/images/recipe_text.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace fs = std::filesystem;

namespace {

const Item dog = {.place = "00000-42-a-dog.png",
                  .task = ImageTask{.prompt = "a dog", .seed = 42, .width = 8, .height = 8}};
const Recipe starter = {.model = "starter"};

ImageView grey(uint8_t value) {
    static std::vector<uint8_t> rgb;
    rgb.assign(8 * 8 * 3, value);
    return {rgb.data(), 8, 8};
}

}  // namespace

class ImageCommitterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void fileIsWrittenAndDescribed() {
        const CommittedImage image = commit_image(path(), dog, starter, grey(1));
        QCOMPARE(image.file, dog.place);
        QCOMPARE(image.sha256, sha256_hex_of_file(path() / dog.place));
        QCOMPARE(image.bytes, static_cast<int64_t>(fs::file_size(path() / dog.place)));
        QVERIFY(same_recipe(read_file(path() / dog.place), dog, starter));
        QCOMPARE(files(), QStringList({"00000-42-a-dog.png"}));
    }

    void aFileOfTheSameRecipeIsAccepted() {
        const CommittedImage first = commit_image(path(), dog, starter, grey(1));
        const CommittedImage second = commit_image(path(), dog, starter, grey(2));
        QCOMPARE(second.sha256, first.sha256);
        QCOMPARE(second.bytes, first.bytes);
        QCOMPARE(sha256_hex_of_file(path() / dog.place), first.sha256);
        QCOMPARE(files(), QStringList({"00000-42-a-dog.png"}));
    }

    void aFileOfAnotherRecipeIsLeftAlone_data() {
        QTest::addColumn<std::string>("bytes");
        Item other = dog;
        other.task.edit<ImageTask>().seed = 43;
        const std::string own = encode_png(grey(1), image_texts(dog, starter));
        QTest::newRow("another seed") << encode_png(grey(1), image_texts(other, starter));
        QTest::newRow("cut short") << own.substr(0, own.size() / 2);
        QTest::newRow("a user's file") << std::string("notes");
    }

    void aFileOfAnotherRecipeIsLeftAlone() {
        QFETCH(std::string, bytes);
        replace_file(path() / dog.place, bytes);
        try {
            commit_image(path(), dog, starter, grey(1));
            QFAIL("overwritten");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("exists and was made by another recipe") != std::string::npos,
                     error.what());
        }
        QCOMPARE(read_file(path() / dog.place), bytes);
        QCOMPARE(files(), QStringList({"00000-42-a-dog.png"}));
    }

    void aMissingFolderIsAnError() {
        QVERIFY_EXCEPTION_THROWN(commit_image(path() / "missing", dog, starter, grey(1)), Error);
    }

    void folderIsMadeAndLeftEmpty() {
        check_writable(path() / "a" / "b");
        check_writable(path() / "a" / "b");
        QVERIFY(fs::is_directory(path() / "a" / "b"));
        QVERIFY(fs::is_empty(path() / "a" / "b"));
    }

    void unwritableFoldersAreNamed_data() {
        QTest::addColumn<std::string>("folder");
        QTest::newRow("kernel's") << std::string("/proc");
        QTest::newRow("below the kernel's") << std::string("/proc/fanlight");
        QTest::newRow("below a file") << std::string(source_path("/CMakeLists.txt/out"));
        QTest::newRow("a file") << std::string(source_path("/CMakeLists.txt"));
    }

    void unwritableFoldersAreNamed() {
        QFETCH(std::string, folder);
        try {
            check_writable(folder);
            QFAIL("accepted");
        } catch (const Error& error) {
            const QString sentence = error.what();
            QVERIFY2(
                sentence.startsWith("Cannot write into the output folder " + QString::fromStdString(folder) + ": "),
                error.what());
            QVERIFY2(sentence.endsWith("; choose another with --output"), error.what());
            QCOMPARE(sentence.count(": "), 1);
        }
    }

private:
    fs::path path() const { return folder_->path().toStdString(); }
    QStringList files() const { return QDir(folder_->path()).entryList(QDir::Files | QDir::Hidden); }

    std::unique_ptr<QTemporaryDir> folder_;
};

FANLIGHT_TEST(ImageCommitterTest)
#include "tst_image_committer.moc"
