#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <chrono>
#include <csignal>
#include <thread>

#include "core/base/bounded_folder.h"
#include "core/base/file.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

constexpr int64_t most = 1000;

std::string name_of(int number) { return "file" + std::to_string(number); }

/// Sets when it was last used.
void date(const fs::path& file, int minutes_ago) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::minutes(minutes_ago));
}

/// Writes the same few files again and again, until it is killed.
[[noreturn]] void write_for_ever(const fs::path& folder, const std::string& bytes) {
    BoundedFolder own(folder, int64_t{1} << 30);
    for (int i = 0;; ++i) own.write(name_of(i % 4), bytes);
}

}  // namespace

class TstBoundedFolder : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> temporary_;

    fs::path folder() const { return fs::path(temporary_->path().toStdString()) / "cache/texts"; }
    size_t files() const { return static_cast<size_t>(std::distance(fs::directory_iterator(folder()), {})); }

private Q_SLOTS:
    void init() { temporary_ = std::make_unique<QTemporaryDir>(); }

    void whatIsWrittenIsRead() {
        BoundedFolder kept(folder(), most);
        QVERIFY(!kept.read("a", most));
        kept.write("a", "one");
        kept.write("a", "two");
        QCOMPARE(kept.read("a", most).value(), std::string("two"));
        QVERIFY(!kept.read("a", 2));
        kept.remove("a");
        QVERIFY(!kept.read("a", most));
    }

    void itIsForItsUserAlone() {
        BoundedFolder(folder(), most).write("a", "one");
        struct stat status {};
        QCOMPARE(::stat(folder().c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777u, 0700u);
    }

    void theLeastRecentlyUsedAreRemoved() {
        BoundedFolder old(folder(), most);
        for (int i = 0; i < 4; ++i) old.write(name_of(i), std::string(250, 'x'));
        for (int i = 0; i < 4; ++i) date(folder() / name_of(i), 60 - i);
        QVERIFY(old.read(name_of(0), most));
        BoundedFolder(folder(), most).write(name_of(4), std::string(250, 'x'));  // tidied by its first writer
        QVERIFY(!old.read(name_of(1), most) && !old.read(name_of(2), most));
        for (const int used : {0, 3, 4}) QVERIFY(old.read(name_of(used), most));
    }

    void itStaysWithinItsBound() {
        BoundedFolder kept(folder(), most);
        for (int i = 0; i < 100; ++i) kept.write(name_of(i), std::string(100, 'x'));
        QVERIFY2(files() <= 12, QByteArray::number(qulonglong(files())).constData());
    }

    void whatKilledProcessesLeaveIsRemovedInTime() {
        BoundedFolder(folder(), most).write("a", "one");
        write_bytes(folder() / ".b.17-0.part", "half");
        write_bytes(folder() / ".c.18-0.part", "half");
        date(folder() / ".b.17-0.part", 90);
        BoundedFolder(folder(), most).write("d", "two");
        QVERIFY(!fs::exists(folder() / ".b.17-0.part"));
        QVERIFY(fs::exists(folder() / ".c.18-0.part"));  // somebody may be writing it
    }

    void whatIsNoFileIsAsIfItWereNotThere() {
        fs::create_directories(folder() / "a");
        QCOMPARE(::mkfifo((folder() / "b").c_str(), 0600), 0);
        BoundedFolder kept(folder(), most);
        QVERIFY(!kept.read("a", most) && !kept.read("b", most));
        kept.write("a", "one");
        QVERIFY(fs::is_directory(folder() / "a"));
        write_bytes(fs::path(temporary_->path().toStdString()) / "file", "");
        BoundedFolder nowhere(fs::path(temporary_->path().toStdString()) / "file/folder", most);
        nowhere.write("a", "one");
        QVERIFY(!nowhere.read("a", most));
    }

    void aKilledWriterLeavesWholeFiles() {
        const std::string bytes(300'000, 'x');
        for (int round = 0; round < 10; ++round) {
            const pid_t writer = ::fork();
            if (writer == 0) write_for_ever(folder(), bytes);
            QVERIFY(QTest::qWaitFor([&] { return fs::exists(folder() / name_of(0)); }, 20'000));
            std::this_thread::sleep_for(std::chrono::milliseconds(1 + 2 * round));
            ::kill(writer, SIGKILL);
            ::waitpid(writer, nullptr, 0);
            const BoundedFolder kept(folder(), most);
            for (int i = 0; i < 4; ++i)
                if (const auto read = kept.read(name_of(i), 1 << 20)) QVERIFY(*read == bytes);
        }
    }
};

FANLIGHT_TEST(TstBoundedFolder)
#include "tst_bounded_folder.moc"
