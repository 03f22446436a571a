// Files that exist completely or not at all, also on file systems that lack what most have.

#include "core/base/file.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <cerrno>

#include "core/base/error.h"
#include "tests/support/test.h"

namespace {

/// What the file system answers; 0: it does as it is told.
int rename_without_replacing = 0, hard_link = 0;

}  // namespace

// In place of the C library's.
extern "C" int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
    if (rename_without_replacing == 0)
        return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
    errno = rename_without_replacing;
    return -1;
}

extern "C" int link(const char* from, const char* to) noexcept {
    if (hard_link == 0) return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
    errno = hard_link;
    return -1;
}

using namespace fanlight;
namespace fs = std::filesystem;

class TestFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->path().toStdString();
    }
    void cleanup() { rename_without_replacing = hard_link = 0; }

    void aFileIsCommittedOnce_data() {
        QTest::addColumn<int>("rename");
        QTest::addColumn<int>("link");
        QTest::newRow("most file systems") << 0 << 0;
        QTest::newRow("NFS") << EINVAL << 0;
        QTest::newRow("exFAT") << EINVAL << EPERM;
        QTest::newRow("a remote one") << EINVAL << EIO;
        QTest::newRow("FAT") << ENOSYS << ENOTSUP;
    }
    void aFileIsCommittedOnce() {
        QFETCH(int, rename);
        QFETCH(int, link);
        rename_without_replacing = rename, hard_link = link;
        QVERIFY(commit_file(path_, "a", "first") == Commit::Written);
        QVERIFY(commit_file(path_, "a", "second") == Commit::Exists);
        fs::create_symlink("nowhere", path_ / "b");
        QVERIFY(commit_file(path_, "b", "a link is in the way") == Commit::Exists);
        QCOMPARE(read_file(path_ / "a"), std::string("first"));
        QCOMPARE(QDir(folder_->path()).entryList(QDir::Files | QDir::Hidden | QDir::System), QStringList({"a", "b"}));
    }

    void aFolderThatIsMissingIsNamed() {
        for (const int error : {0, EINVAL}) {
            rename_without_replacing = error, hard_link = error == 0 ? 0 : EPERM;
            try {
                commit_file(path_ / "missing", "a", "");
                QFAIL("written into a folder that is not there");
            } catch (const Error& refused) {
                QVERIFY2(QString(refused.what()).contains("missing/a"), refused.what());
            }
        }
    }

    void aNameAloneIsInTheCurrentFolder() {
        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(folder_->path()));
        replace_file("sheet", "bytes");
        FileReplacement pieces("pieces");
        pieces.write("more");
        pieces.commit();
        QDir::setCurrent(before);
        QCOMPARE(read_file(path_ / "sheet"), std::string("bytes"));
        QCOMPARE(read_file(path_ / "pieces"), std::string("more"));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_;
};

FANLIGHT_TEST(TestFile)
#include "tst_file.moc"
