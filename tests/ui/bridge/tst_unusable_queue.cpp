// A queue's file that no owner could use is said at once, in the words of whoever reads it.

#include <QElapsedTimer>
#include <filesystem>

#include "core/base/file.h"
#include "core/owner/run_owner.h"
#include "core/owner/run_queue.h"
#include "tests/support/bridge_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;
namespace fs = std::filesystem;

class TestUnusableQueue : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_RUNTIME_DIR", dir_->path().toUtf8());
        qputenv("XDG_STATE_HOME", (dir_->path() + "/state").toUtf8());
        qputenv("FANLIGHT", build_path("/tests/fanlight-run-owner"));
        fs::create_directories(RunQueue::queue_file().parent_path());
    }

    void noRunIsStartedAndTheReasonIsSaid_data() {
        QTest::addColumn<QString>("part");
        QTest::addRow("later") << "later version of Fanlight";
        QTest::addRow("not writable") << "Cannot lock the queue";
    }
    void noRunIsStartedAndTheReasonIsSaid() {
        QFETCH(QString, part);
        const fs::path file = RunQueue::queue_file();
        if (part.startsWith("later"))
            replace_file(file, R"({"version": 99})");
        else
            fs::create_directories(file.string() + ".lock");
        RunBridge bridge;
        QSignalSpy problem(&bridge, &RunBridge::problem), notStarted(&bridge, &RunBridge::notStarted);
        bridge.attach();
        bridge.start(dir_->path() + "/run", fake_plan(fake_items(1), 1));
        WAIT_FOR(!problem.isEmpty() && problem.back().front().toString().contains(part));
        WAIT_FOR(notStarted.size() == 1);  // its rows no longer wait
        QVERIFY(!is_idle_owner_up());
        QVERIFY(bridge.runs().isEmpty());
        QVERIFY(fs::exists(dir_->path().toStdString() + "/run/.fanlight/run.json"));  // not lost
    }

    void aTornOneIsSaid() {
        replace_file(RunQueue::queue_file(), R"({"version": 1, "runs": [{)");
        RunBridge bridge;
        QSignalSpy problem(&bridge, &RunBridge::problem);
        bridge.attach();
        WAIT_FOR(problem.size() == 1);
        QVERIFY(problem.front().front().toString().contains("is damaged"));
        QVERIFY(fs::exists(RunQueue::queue_file()));
    }
};

FANLIGHT_TEST(TestUnusableQueue, QCoreApplication)
#include "tst_unusable_queue.moc"
