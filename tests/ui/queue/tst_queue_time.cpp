#include "ui/queue/queue_time.h"

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

RunState run(RunPhase phase, int64_t total, int64_t done, const std::string& model = "starter") {
    client::Run head{
        .run = 1, .folder = "/run", .model = model, .phase = text_of(phase), .total = total, .task = "image"};
    head.listed = true;
    head.done = done;
    return RunState(head);
}
RunState madeIn(double seconds, RunState run) {
    client::Run head = run.head();
    head.seconds = seconds;
    run.apply(head);
    return run;
}
RunState leaving(double seconds, RunState run) {
    client::Run head = run.head();
    head.seconds_left = seconds;
    run.apply(head);
    return run;
}

}  // namespace

class TestQueueTime : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void waitingRunsGoAtThePaceOfTheCurrentOne() {
        const RunState current = leaving(30, run(RunPhase::Running, 20, 10));
        const RunState one = run(RunPhase::Queued, 20, 0), two = run(RunPhase::Queued, 20, 15);
        const QueueTime time = queueTime({&current, &one, &two});
        QCOMPARE(time.waiting, 2);
        QVERIFY(time.isKnown && time.isComplete);
        QCOMPARE(time.seconds, 30 + 60 + 15.0);
    }

    void orOfOneThatHasEnded() {
        const RunState waiting = run(RunPhase::Queued, 10, 0);
        const RunState latest = madeIn(20, run(RunPhase::Finished, 10, 10));
        const RunState older = madeIn(90, run(RunPhase::Finished, 10, 10));
        QCOMPARE(queueTime({&waiting, &latest, &older}).seconds, 20.0);
    }

    void whatIsNotKnownIsSaidToBeMissing() {
        const RunState current = leaving(30, run(RunPhase::Running, 20, 10));
        const RunState other = run(RunPhase::Queued, 20, 0, "another model");
        const QueueTime time = queueTime({&current, &other});
        QVERIFY(time.isKnown && !time.isComplete);
        QCOMPARE(time.seconds, 30.0);
        const QueueTime none = queueTime({&other});
        QVERIFY(!none.isKnown && none.waiting == 1);
        QVERIFY(queueTime({}).waiting == 0);
    }
};

FANLIGHT_TEST(TestQueueTime, QCoreApplication)
#include "tst_queue_time.moc"
