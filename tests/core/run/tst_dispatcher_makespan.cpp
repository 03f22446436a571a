#include <QTest>
#include <numeric>

#include "tests/support/simulated_crew.h"
#include "tests/support/test.h"

using namespace fanlight;

// Runs of unequal workers under Split::Pull, in simulated time, so the figures are the same everywhere.
class TestDispatcherMakespan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eightUnequalDevicesEndWithinThreePercentOfTheBest_data() {
        QTest::addColumn<int>("batch_size");
        QTest::addColumn<double>("jitter");
        QTest::newRow("steady") << 1 << 0.0;
        QTest::newRow("unsteady") << 1 << 0.2;
        QTest::newRow("batches of four, steady") << 4 << 0.0;
        QTest::newRow("batches of four, unsteady") << 4 << 0.2;
    }
    void eightUnequalDevicesEndWithinThreePercentOfTheBest() {
        QFETCH(int, batch_size);
        QFETCH(double, jitter);
        const std::vector<double> paces = {40, 1, 1.3, 2, 20, 3, 5, 8};
        const SimulatedRun run = simulate({paces, jitter, batch_size}, 10'000);
        QCOMPARE(std::accumulate(run.items.begin(), run.items.end(), int64_t{0}), int64_t{10'000});
        QVERIFY(!run.gave_more_than_started);
        const double best = best_makespan(paces, 10'000 / batch_size);
        QVERIFY2(run.makespan <= 1.03 * best, qPrintable(QString("%1 s, at best %2 s").arg(run.makespan).arg(best)));
    }

    void theTailIsTheBestThereIs_data() {
        QTest::addColumn<int>("count");
        for (int count = 20; count < 60; ++count) QTest::addRow("%d items", count) << count;
    }
    void theTailIsTheBestThereIs() {
        QFETCH(int, count);
        const std::vector<double> paces = {10, 1, 4, 2};
        QCOMPARE(simulate({paces}, count).makespan, best_makespan(paces, count));
    }

    void theSlowOneGetsNothingThatAFastOneWouldFinishSooner() {
        // 10 s against 1 s per item: when the slow worker has made its first item, 4 are left, which take the other one
        // 4 s.
        const SimulatedRun run = simulate({{10, 1}}, 15);
        QCOMPARE(run.items, std::vector<int64_t>({1, 14}));
        QCOMPARE(run.makespan, 14.0);
    }

    void itGetsOneWhileThatEndsTheRunSooner() {
        const SimulatedRun run = simulate({{10, 1}}, 25);
        QCOMPARE(run.items, std::vector<int64_t>({2, 23}));
        QCOMPARE(run.last_given[0], 10.0);
    }

    void equalWorkersShareTheLastItems() {
        const SimulatedRun run = simulate({{2, 2, 2}}, 9);
        QCOMPARE(run.items, std::vector<int64_t>({3, 3, 3}));
    }
};

FANLIGHT_TEST(TestDispatcherMakespan)
#include "tst_dispatcher_makespan.moc"
