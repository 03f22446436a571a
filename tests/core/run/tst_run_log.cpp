#include "core/run/run_log.h"

#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/error.h"
#include "core/run/run_batch.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// The log of a run: what it says, and that nothing which is wrong with it matters.
class TestRunLog : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    fs::path folder_;

    void append(const std::string& bytes) const { std::ofstream(RunLog::file_in(folder_), std::ios::app) << bytes; }
    QStringList said() const {
        QStringList lines;
        for (const LogEntry& entry : read_log(folder_))
            lines << QString::fromStdString(text_of(entry.level) + " " + entry.message.text());
        return lines;
    }

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        folder_ = dir_->path().toStdString();
        fs::create_directories(RunLog::file_in(folder_).parent_path());
    }

    void whatIsWorthKnowingIsKept() {
        RunLog log(folder_);
        log.write(RunStarted{"/run", {.total = 9, .done = 2}, 1});
        log.write(ItemProgress{});
        log.write(RunWarning{"a worker died"});
        log.write(RunWarning{"Paused", true});
        log.write(ItemFailed{3, "nan", "not finite"});
        log.write(ItemFailed{4, "cancelled", "left out"});
        log.write(RunFinished{{.total = 9, .done = 7, .failed = 1, .cancelled = 1}, 3});
        QCOMPARE(said(), (QStringList{"info Begun with 2 of 9 made", "warning a worker died", "info Paused",
                                      "error Item 3 failed: not finite",
                                      "info Finished after 3 s: 7 of 9 made, 1 failed, 1 cancelled"}));
        QCOMPARE(warnings_in_log(folder_), int64_t{1});
        QCOMPARE(read_log(folder_, 2).size(), size_t{2});
    }

    void damagedLinesAreLeftOut() {
        RunLog(folder_).write(LogLevel::Info, "one");
        append("nonsense\n{\"level\":\"loud\",\"time\":\"\",\"message\":\"x\"}\n[[[[[[\n{\"time\":1}\n{\"level\":\"in");
        RunLog(folder_).write(LogLevel::Warning, "two\x1b[2J\nlines");
        const QStringList lines = said();
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines[0], QString("info one"));
        QVERIFY(lines[1].startsWith("warning two") && !lines[1].contains('\x1b') && !lines[1].contains('\n'));
    }

    void aLogThatIsNoFileIsLeftAlone() {
        QCOMPARE(::mkfifo(RunLog::file_in(folder_).c_str(), 0600), 0);
        RunLog(folder_).write(LogLevel::Info, "one");  // and does not wait for a reader
        QVERIFY_THROWS_EXCEPTION(Error, read_log(folder_));
        QCOMPARE(warnings_in_log(folder_), int64_t{0});
        QVERIFY(read_log("/nowhere").empty());
    }

    void aRunWritesOne() {
        qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker"));
        auto items = fake_items(3);
        items[1].task.edit<ImageTask>().prompt = "die once";
        RunOptions options{.folder = folder_ / "run", .plan = fake_plan(std::move(items), 1)};
        options.backoff_seconds = 0.02;
        run_batch(std::move(options), [](const RunEvent&) {});
        const std::vector<LogEntry> log = read_log(folder_ / "run");
        QCOMPARE(log.front().message.text(), std::string("Begun with 0 of 3 made"));
        QVERIFY(log.back().message.text().starts_with("Finished"));
        QCOMPARE(warnings_in_log(folder_ / "run"), int64_t{1});
    }
};

FANLIGHT_TEST(TestRunLog, QCoreApplication)
#include "tst_run_log.moc"
