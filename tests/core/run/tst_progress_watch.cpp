#include "core/run/progress_watch.h"

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;

class TestProgressWatch : public QObject {
    Q_OBJECT

    /// Seconds until the worker counts as hung, of one that computes so much a second; 0: not within 100,000.
    static int patience(ProgressWatch watch, double computing) {
        double cpu_seconds = 7;
        for (int second = 1; second <= 100'000; ++second) {
            watch.tick(cpu_seconds += computing);
            if (watch.hangs()) return second;
        }
        return 0;
    }

private Q_SLOTS:
    void aFirstStepHasAllTheTime() { QCOMPARE(patience({900, 2}, 0), 901); }

    void afterShortStepsAnIdleWorkerHangsSoon() {
        ProgressWatch watch(900, 1);
        watch.tick(0);
        watch.progressed(true);
        QCOMPARE(patience(watch, 0), 61);
        for (int i = 0; i < 10; ++i) watch.tick(0);
        watch.progressed(true);
        QCOMPARE(patience(watch, 0), 201);
    }

    void aWorkerThatComputesMayTakeLonger() {
        ProgressWatch watch(900, 2);
        watch.tick(0);
        watch.progressed(true);
        QCOMPARE(patience(watch, 2), 902);      // both threads, all the time
        QCOMPARE(patience(watch, 0.25), 7202);  // on a machine with a load of 8
        QCOMPARE(patience(watch, 0.01), 61);    // its heartbeat alone
    }

    void theTimeBeforeWorkDoesNotCount() {
        ProgressWatch watch(900, 1);
        for (int i = 0; i < 500; ++i) watch.tick(0);
        watch.progressed(false);
        watch.begin();
        QCOMPARE(patience(watch, 0), 901);
        QCOMPARE(watch.ticks(), 0);
    }
};

FANLIGHT_TEST(TestProgressWatch)
#include "tst_progress_watch.moc"
