#include "ui/bridge/run_bridge.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "core/run/run_client.h"
#include "core/run/run_sockets.h"
#include "tests/support/fake_runs.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

constexpr int patience_ms = 30'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patience_ms)

}  // namespace

/// A bridge to a run owner that it starts itself (tests/support/programs/run_owner.cpp), with fake workers.
class TestRunBridge : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    std::unique_ptr<RunBridge> bridge_;

    RunKey start(const QString& name, int images, const std::string& prompt) {
        auto items = fake_items(images);
        for (Item& item : items) item.parameters.prompt = prompt;
        const auto before = bridge_->runs();
        bridge_->start(dir_->path() + "/" + name, fake_plan(std::move(items), 1));
        const auto has_come = [&] { return bridge_->runs().size() > before.size(); };
        return QTest::qWaitFor(has_come, patience_ms) ? bridge_->runs().last() : 0;
    }

    const RunState& run(RunKey key) const { return *bridge_->run(key); }

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_RUNTIME_DIR", dir_->path().toUtf8());
        qputenv("FANLIGHT", FANLIGHT_BUILD_DIR "/tests/fanlight-run-owner");
        qputenv("FANLIGHT_WORKER", FANLIGHT_BUILD_DIR "/tests/fanlight-fake-worker");
        bridge_ = std::make_unique<RunBridge>();
        bridge_->attach();
    }
    void cleanup() {
        bridge_.reset();
        RunClient last;  // the owner would wait for another window
        QSignalSpy connected(&last, &RunClient::connected), lost(&last, &RunClient::lost);
        last.connect_to(idle_owner_socket());
        QVERIFY(connected.wait(patience_ms));
        last.shut_down();
        QVERIFY(lost.wait(patience_ms));
    }

    void previewsAndMemoryAreTold() {
        QSignalSpy previews(bridge_.get(), &RunBridge::previewMade), stats(bridge_.get(), &RunBridge::statsChanged);
        const RunKey key = start("run", 20, "slow");
        WAIT_FOR(!previews.isEmpty() && !stats.isEmpty());
        QCOMPARE(previews.first().at(0).value<RunKey>(), key);
        QCOMPARE(previews.first().at(2).value<QImage>().size(), QSize(1, 1));
        QCOMPARE(stats.first().at(1).toInt(), 0);
        QVERIFY(run(key).workers()[0].stats == (WorkerStats{1'000'000, 2'000'000, 1.5}));
    }

    void aRunThatGetsMoreImagesHasAnotherPlan() {
        const RunKey key = start("run", 30, "slow");
        WAIT_FOR(bridge_->plan(key));
        WAIT_FOR(run(key).phase() == RunPhase::Running);
        QSignalSpy loaded(bridge_.get(), &RunBridge::planLoaded), problems(bridge_.get(), &RunBridge::problem);
        bridge_->add(key, "{\"prompt\":\"a cat\"}");
        WAIT_FOR(run(key).size() == 31);
        WAIT_FOR(bridge_->plan(key) && bridge_->plan(key)->items.size() == 31);
        QVERIFY(!loaded.isEmpty());
        bridge_->add(key, "{}");
        WAIT_FOR(problems.size() == 1);
    }

    void aThousandStepsASecondAreToldOnceAFrame() {
        QSignalSpy changed(bridge_.get(), &RunBridge::itemsChanged);
        const RunKey key = start("run", 2, "chatty");
        WAIT_FOR(run(key).phase() == RunPhase::Finished);
        QVERIFY(changed.size() > 5);
        QVERIFY(changed.size() < 400);  // of 2000 steps
    }

    void anOwnerThatIsKilledIsFollowedByAnother() {
        const RunKey key = start("run", 30, "slow");
        WAIT_FOR(run(key).counts().done > 0);
        QSignalSpy ended(bridge_.get(), &RunBridge::runEnded);
        RunClient spy;
        QSignalSpy connected(&spy, &RunClient::connected);
        spy.connect_to(idle_owner_socket());
        QVERIFY(connected.wait(patience_ms));
        ::kill(static_cast<pid_t>(spy.owner().pid), SIGKILL);
        WAIT_FOR(ended.size() == 1);
        QCOMPARE(run(key).phase(), RunPhase::Failed);
        bridge_->resumeFolder(dir_->path() + "/run");
        WAIT_FOR(bridge_->current() != 0 && bridge_->current() != key);
        const RunKey again = bridge_->current();
        WAIT_FOR(run(again).phase() == RunPhase::Finished);
        QCOMPARE(run(again).counts().done, int64_t{30});
    }
};

QTEST_GUILESS_MAIN(TestRunBridge)
#include "tst_run_bridge.moc"
