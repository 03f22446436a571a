// Items that the user leaves out have not failed: in the owner, in its clients, in the queue's file and in the journal.

#include <QTest>

#include "core/owner/run_queue.h"
#include "tests/support/run_owner_fixture.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestCancelledItems : public QObject, RunOwnerFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void theyAreCountedByThemselves() {
        QVERIFY(serve());
        client_->start(new_run("run", 7, "slow"));
        WAIT_FOR(phase(1) == RunPhase::Running);
        client_->cancel(1, {4, 5, 6});
        WAIT_FOR(count(ItemState::Cancelled) == 3);
        client_->retry(1, {6});
        WAIT_FOR(phase(1) == RunPhase::Finished);
        const RunCounts expected{.total = 7, .done = 5, .failed = 0, .cancelled = 2};
        QVERIFY(client_->run(1)->counts() == expected);
        QVERIFY(RunQueue().runs().front().counts == expected);
        QVERIFY(known_run(path("run")).counts == expected);
        end();
        QVERIFY(serve());  // which knows no more of the run than its counts
        QVERIFY(!client_->runs().front().knows_items());
        QVERIFY(client_->runs().front().counts() == expected);
    }

    void theyAreMadeWhenTheRunIsResumed() {
        QVERIFY(serve());
        client_->start(new_run("run", 4, "slow"));
        WAIT_FOR(phase(1) == RunPhase::Running);
        client_->cancel(1, {2, 3});
        WAIT_FOR(phase(1) == RunPhase::Finished);
        client_->retry(1);
        WAIT_FOR(client_->run(1)->counts().done == 4);
        WAIT_FOR(phase(1) == RunPhase::Finished);
        QVERIFY(known_run(path("run")).counts == (RunCounts{.total = 4, .done = 4}));
    }
};

FANLIGHT_TEST(TestCancelledItems, QCoreApplication)
#include "tst_cancelled_items.moc"
