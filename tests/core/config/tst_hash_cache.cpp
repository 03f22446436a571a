#include "core/config/hash_cache.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/config/user_folders.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

class TestHashCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", folder_->path().toUtf8());
    }

    void aHashIsKept() {
        QCOMPARE(cached_sha256(old_), hash_);
        const std::string line = read_file(entry());
        QVERIFY(line.ends_with(" " + hash_));
        const std::string other(64, 'a');
        replace_file(entry(), line.substr(0, line.size() - other.size()) + other);
        QCOMPARE(cached_sha256(old_), other);  // so it was not hashed again
    }

    void aHashOfOtherContentsDoesNotCount_data() {
        QTest::addColumn<int>("word");
        QTest::newRow("size") << 0;
        QTest::newRow("time of modification") << 1;
        QTest::newRow("time of change") << 2;
    }

    void aHashOfOtherContentsDoesNotCount() {
        QFETCH(int, word);
        cached_sha256(old_);
        QStringList words = QString::fromStdString(read_file(entry())).split(' ');
        words[word] += "1";
        words.back() = QString(64, 'a');
        replace_file(entry(), words.join(' ').toStdString());
        QCOMPARE(cached_sha256(old_), hash_);
        QVERIFY(read_file(entry()).ends_with(" " + hash_));
    }

    void aDamagedEntryIsWrittenAnew() {
        cached_sha256(old_);
        for (const std::string& damage :
             {std::string(), std::string(5000, 'x'), read_file(entry()) + "a", read_file(entry()).substr(0, 50)}) {
            replace_file(entry(), damage);
            QCOMPARE(cached_sha256(old_), hash_);
            QVERIFY(read_file(entry()).ends_with(" " + hash_));
        }
    }

    void aFileThatHasJustChangedIsNotKept() {
        const fs::path file = fs::path(folder_->path().toStdString()) / "new.safetensors";
        const std::string bytes(2 << 20, 'n');
        write_bytes(file, bytes);
        QCOMPARE(cached_sha256(file), sha256_hex(bytes));
        QVERIFY(!fs::exists(cache_folder() / "sha256"));
    }

    void smallFilesAreNotKept() {
        const fs::path file = source_path("/README.md");
        QCOMPARE(cached_sha256(file), sha256_hex_of_file(file));
        QVERIFY(!fs::exists(cache_folder() / "sha256"));
    }

    void aCacheThatCannotBeWrittenIsIgnored() {
        write_bytes(cache_folder(), "in the way");
        QCOMPARE(cached_sha256(old_), hash_);
    }

    void aMissingFileIsNamed() { QVERIFY_THROWS_EXCEPTION(Error, cached_sha256("/no/such.safetensors")); }

private:
    static fs::path entry() { return fs::directory_iterator(cache_folder() / "sha256")->path(); }

    std::unique_ptr<QTemporaryDir> folder_;
    const fs::path old_ = source_path("/resources/starter/model/unet/diffusion_pytorch_model.safetensors");
    const std::string hash_ = sha256_hex_of_file(old_);
};

FANLIGHT_TEST(TestHashCache)
#include "tst_hash_cache.moc"
