#include "ui/bridge/run_bridge.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "core/config/model_catalog.h"
#include "core/owner/run_client.h"
#include "core/owner/run_queue.h"
#include "core/owner/run_sockets.h"
#include "tests/support/bridge_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;

/// What the bridge reports about runs through its signals.
class TestRunBridge : public QObject, BridgeFixture {
    Q_OBJECT

    RunKey begun(const QString& name, int images, const std::string& prompt) {
        const auto before = bridge_->runs();
        start(name, images, prompt);
        const auto has_come = [&] { return bridge_->runs().size() > before.size(); };
        if (!QTest::qWaitFor(has_come, patienceMs)) return 0;
        QList<RunKey> now = bridge_->runs();
        now.removeIf([&](RunKey key) { return before.contains(key); });
        return now.first();
    }

    const RunState& run(RunKey key) const { return *bridge_->run(key); }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void previewsAndMemoryAreReported() {
        QSignalSpy previews(bridge_.get(), &RunBridge::previewMade), stats(bridge_.get(), &RunBridge::statsChanged);
        const RunKey key = begun("run", 20, "slow");
        WAIT_FOR(!previews.isEmpty() && !stats.isEmpty());
        QCOMPARE(previews.first().at(0).value<RunKey>(), key);
        QCOMPARE(previews.first().at(2).value<QImage>().size(), QSize(1, 1));
        QCOMPARE(stats.first().at(1).toInt(), 0);
        QVERIFY(run(key).workers()[0].stats == (WorkerStats{1'000'000, 2'000'000, 1.5}));
    }

    void aRunWithAddedImagesHasANewPlan() {
        const RunKey key = begun("run", 30, "slow");
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

    void whatIsToKnowOfAddedImagesIsSaidAndNotThatTheRunIsPaused() {
        std::vector<Item> items = fake_items(30);
        for (Item& item : items) item.task.edit<ImageTask>().prompt = "slow";
        RunPlan plan = fake_plan(std::move(items), 1);
        plan.model_folder = source_path("/tests/golden/data/pipelines/sd1");  // whose prompts have a syntax
        plan.recipe.model_hash = model_hash(plan.model_folder);
        set_recipes(plan);
        bridge_->start(path("run"), std::move(plan));
        WAIT_FOR(!bridge_->runs().isEmpty());
        const RunKey key = bridge_->runs().last();
        WAIT_FOR(run(key).phase() == RunPhase::Running);
        QSignalSpy noticed(bridge_.get(), &RunBridge::noticed);
        bridge_->pause(key);
        WAIT_FOR(run(key).phase() == RunPhase::Paused);
        bridge_->resume(key);
        bridge_->add(key, "{\"prompt\":\"a <hypernet:ink:1> cat\",\"emphasis\":\"original\"}");
        WAIT_FOR(run(key).size() == 31 && !noticed.isEmpty());
        QCOMPARE(noticed.size(), 1);
        QCOMPARE(noticed[0][0].value<RunKey>(), key);
        const QString said = noticed[0][1].toString();
        QVERIFY2(said.contains("names a network") && said.contains("row 31"), qPrintable(said));
    }

    void aThousandStepsPerSecondAreReportedOncePerFrame() {
        QSignalSpy changed(bridge_.get(), &RunBridge::itemsChanged);
        const RunKey key = begun("run", 2, "chatty");
        WAIT_FOR(run(key).phase() == RunPhase::Finished);
        QVERIFY(changed.size() > 5);
        QVERIFY(changed.size() < 400);  // of 2000 steps
    }

    void aKilledOwnerIsReplaced() {
        const RunKey key = begun("run", 30, "slow");
        WAIT_FOR(run(key).counts().done > 0);
        QSignalSpy ended(bridge_.get(), &RunBridge::runEnded), told(bridge_.get(), &RunBridge::problem);
        RunClient spy;
        QSignalSpy connected(&spy, &RunClient::connected);
        spy.connect_to(idle_owner_socket());
        QVERIFY(connected.wait(patienceMs));
        ::kill(static_cast<pid_t>(spy.owner().pid), SIGKILL);
        WAIT_FOR(ended.size() == 1);  // made by the owner that has been started in its place
        QVERIFY(told.at(0).at(0).toString().contains("was restarted"));
        QCOMPARE(bridge_->runs(), QList<RunKey>{key});
        QCOMPARE(run(key).phase(), RunPhase::Finished);
        QCOMPARE(run(key).counts().done, int64_t{30});
    }

    void anOwnerIsNotStartedAgainIfTheUserWantsNone() {
        RunQueue().change_settings([](QueueSettings& settings) { settings.go_on_after_crash = false; });
        const RunKey key = begun("run", 30, "slow");
        WAIT_FOR(run(key).counts().done > 0);
        QSignalSpy ended(bridge_.get(), &RunBridge::runEnded);
        RunClient spy;
        QSignalSpy connected(&spy, &RunClient::connected);
        spy.connect_to(idle_owner_socket());
        QVERIFY(connected.wait(patienceMs));
        ::kill(static_cast<pid_t>(spy.owner().pid), SIGKILL);
        WAIT_FOR(ended.size() == 1);
        QCOMPARE(run(key).phase(), RunPhase::Interrupted);
        bridge_->resumeFolder(dir_->path() + "/run");
        WAIT_FOR(ended.size() == 2);
        QCOMPARE(bridge_->runs(), QList<RunKey>{key});
        QCOMPARE(run(key).counts().done, int64_t{30});
    }

    /// Its plan is known already, but the states of its items went with the owner that made it.
    void theItemsOfARunAreKnownWhenAnotherOwnerListsIt() {
        const RunKey key = begun("run", 4, "");
        WAIT_FOR(run(key).phase() == RunPhase::Finished && bridge_->plan(key));
        RunClient spy;
        QSignalSpy connected(&spy, &RunClient::connected), lost(&spy, &RunClient::lost);
        spy.connect_to(idle_owner_socket());
        QVERIFY(connected.wait(patienceMs));
        ::kill(static_cast<pid_t>(spy.owner().pid), SIGKILL);
        WAIT_FOR(!lost.isEmpty());
        start("other", 1, "");
        WAIT_FOR(bridge_->runs().size() == 2 && run(key).head().listed);
        WAIT_FOR(bridge_->plan(key) && run(key).knows_items());
        QCOMPARE(run(key).item(3), ItemState::Done);
    }

    void aWindowOpenedLaterListsWhatIsKnown() {
        const RunKey key = begun("run", 4, "");
        WAIT_FOR(run(key).phase() == RunPhase::Finished);
        end();
        bridge_ = std::make_unique<RunBridge>();
        bridge_->attach();
        WAIT_FOR(bridge_->runs().size() == 1);
        const RunKey again = bridge_->runs().front();
        QCOMPARE(run(again).phase(), RunPhase::Finished);
        QCOMPARE(run(again).counts().done, int64_t{4});
        QSignalSpy loaded(bridge_.get(), &RunBridge::planLoaded);
        bridge_->plan(again);
        WAIT_FOR(!loaded.isEmpty());
        QVERIFY(run(again).knows_items());
        QCOMPARE(run(again).item(3), ItemState::Done);
    }
};

FANLIGHT_TEST(TestRunBridge, QCoreApplication)
#include "tst_run_bridge.moc"
