#include "core/run/warm_workers.h"

#include <QTest>
#include <csignal>

#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// The workers of an owner that stays up, between runs.
class TestWarmWorkers : public QObject, RunOwnerFixture {
    Q_OBJECT

    int64_t runs_ = 0;

    bool make(const fs::path& folder) {
        client_->start(folder);
        const int64_t run = ++runs_;
        return QTest::qWaitFor([&] { return phase(run) >= RunPhase::Finished; }, timeout_ms) &&
               phase(run) == RunPhase::Finished && client_->run(run)->counts().failed == 0;
    }

private Q_SLOTS:
    void init() {
        begin();
        runs_ = 0;
    }
    void cleanup() { end(); }

    void theNextRunIsMadeByTheSameProcesses() {
        QVERIFY(serve());
        QVERIFY(make(new_run("a", 6, "a dog", 2)));
        const auto before = workers();
        QCOMPARE(before.size(), size_t{2});
        QVERIFY(make(new_run("b", 6, "a cat", 2)));
        QCOMPARE(workers(), before);
        QVERIFY(fs::exists(path("b") / ".fanlight" / "logs" / "worker-0.log"));
    }

    void aPipelinesStagesStayToo() {
        QVERIFY(serve());
        QVERIFY(make(new_run("a", fake_pipelines(fake_items(5), 1, 3))));
        const auto before = workers();
        QCOMPARE(before.size(), size_t{3});
        QVERIFY(make(new_run("b", fake_pipelines(fake_items(5), 1, 3))));
        QCOMPARE(workers(), before);
    }

    void anotherModelIsGivenAFreshProcess_data() {
        QTest::addColumn<QByteArray>("folder");
        QTest::addColumn<QByteArray>("hash");
        QTest::newRow("another folder") << QByteArray("/other") << QByteArray(64, '0');
        QTest::newRow("other weights in it") << QByteArray("/model") << QByteArray(64, '1');
    }
    void anotherModelIsGivenAFreshProcess() {
        QFETCH(QByteArray, folder);
        QFETCH(QByteArray, hash);
        QVERIFY(serve());
        QVERIFY(make(new_run("a", 2)));
        const auto before = workers();
        RunPlan plan = fake_plan(fake_items(2), 1);
        plan.model_folder = folder.toStdString();
        plan.recipe.model_hash = hash.toStdString();
        QVERIFY(make(new_run("b", std::move(plan))));
        QCOMPARE(workers().size(), size_t{1});
        QVERIFY(workers() != before);
    }

    void aWorkerOfAnotherDeviceIsLeftAlone() {
        QVERIFY(serve());
        QVERIFY(make(new_run("a", 2)));
        const pid_t before = *workers().begin();
        RunPlan plan = fake_plan(fake_items(2), 1);
        plan.devices = {"cuda:0"};
        QVERIFY(make(new_run("b", std::move(plan))));
        QCOMPARE(workers().size(), size_t{2});
        QVERIFY(workers().contains(before));
    }

    void aRunThatNeedsFewerLeavesTheOthersWarm() {
        QVERIFY(serve());
        QVERIFY(make(new_run("a", 8, "a dog", 2)));
        const auto before = workers();
        QVERIFY(make(new_run("b", 1, "a dog", 2)));
        QCOMPARE(workers(), before);
    }

    void aDeathBetweenTheRunsIsNoFailure_data() {
        QTest::addColumn<bool>("noticed");
        QTest::newRow("long before") << true;
        QTest::newRow("as the next one begins") << false;
    }
    void aDeathBetweenTheRunsIsNoFailure() {
        QFETCH(bool, noticed);
        QVERIFY(serve());
        QVERIFY(make(new_run("a", 2)));
        QSignalSpy happened(client_.get(), &RunClient::happened);
        ::kill(*workers().begin(), SIGKILL);
        if (noticed) WAIT_FOR(workers().empty());
        QVERIFY(make(new_run("b", 4)));
        for (const auto& event : happened)
            QVERIFY(!std::holds_alternative<client::OfRun<RunWarning>>(event.first().value<client::FromOwner>()));
    }

    void aCancelledRunLeavesItsWorkersWarm() {
        QVERIFY(serve());
        client_->start(new_run("a", 40, "slow"));
        WAIT_FOR(phase(1) == RunPhase::Running && count(ItemState::Done) > 0);
        const auto before = workers();
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
        runs_ = 1;
        QVERIFY(make(new_run("b", 2)));
        QCOMPARE(workers(), before);
        client_->retry(1);
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QCOMPARE(client_->run(1)->counts().done, int64_t{40});
        QCOMPARE(workers(), before);
    }

    void aHungWorkerDoesNotHoldUpACancelledRun() {
        QVERIFY(serve());
        client_->start(new_run("a", 3, "stall"));
        WAIT_FOR(phase(1) == RunPhase::Running && count(ItemState::Working) > 0);
        client_->cancel(1);
        WAIT_FOR(phase(1) == RunPhase::Cancelled);
        QVERIFY(workers().empty());
    }

    void withNothingToDoTheyEndWhileTheOwnerStays() {
        QVERIFY(serve("0.5"));
        QVERIFY(make(new_run("a", 2)));
        WAIT_FOR(workers().empty());
        QVERIFY(client_->is_connected());
        QVERIFY(make(new_run("b", 2)));
    }
};

FANLIGHT_TEST(TestWarmWorkers, QCoreApplication)
#include "tst_warm_workers.moc"
