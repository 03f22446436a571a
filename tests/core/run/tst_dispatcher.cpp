#include <QTest>
#include <set>

#include "core/run/dispatcher.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Numbers = std::vector<int64_t>;

/// A dispatcher and its items.
struct Fixture {
    Fixture(std::vector<Item> list, const Dispatcher::Options& options)
        : items(std::move(list)), dispatcher(items, numbers_of(items), options) {}

    Numbers next(int worker) { return dispatcher.next(worker); }
    /// Takes a micro-batch and finishes it.
    Numbers make(int worker) {
        const Numbers batch = next(worker);
        for (const int64_t item : batch) dispatcher.done(worker, item);
        return batch;
    }
    std::vector<Numbers> make_all(int worker) {
        std::vector<Numbers> batches;
        for (Numbers batch = make(worker); !batch.empty(); batch = make(worker)) batches.push_back(batch);
        return batches;
    }

    std::vector<Item> items;
    Dispatcher dispatcher;
};

/// Worker 0 needs 1 s per item, worker 1 needs 10 s; at second 10 both are measured, 3 items are pending, and worker 0
/// has just begun item 11.
struct FastAndSlow : Fixture {
    FastAndSlow() : Fixture(fake_items(15), {.workers = 2}) {
        next(1);
        for (int second = 1; second <= 10; ++second) {
            next(0);
            dispatcher.set_time(second);
            dispatcher.done(0, second);
        }
        dispatcher.done(1, 0);
        next(0);
    }
};

}  // namespace

class TestDispatcher : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itemsArePulledInOrder() {
        Fixture f(fake_items(5, 2), {.workers = 2});
        QCOMPARE(f.next(0), Numbers({0, 1}));
        QCOMPARE(f.next(1), Numbers({2, 3}));
        QCOMPARE(f.next(1), Numbers({}));  // it has not sampled its items yet
        QVERIFY(f.dispatcher.done(0, 0) && f.dispatcher.done(0, 1));
        QCOMPARE(f.next(0), Numbers({4}));
        QVERIFY(!f.dispatcher.idle(0));
        QCOMPARE(f.dispatcher.remaining(), int64_t{3});
    }

    void microBatchesAreGrouped_data() {
        QTest::addColumn<int>("field");
        QTest::addColumn<bool>("apart");
        const char* fields[] = {"width", "height", "steps", "sampler", "schedule", "clip_skip", "guidance"};
        for (int i = 0; i < 7; ++i) QTest::newRow(fields[i]) << i << true;
        QTest::newRow("prompt, seed and strength of guidance may differ") << 7 << false;
    }
    void microBatchesAreGrouped() {
        QFETCH(int, field);
        QFETCH(bool, apart);
        auto items = fake_items(4, 4);
        for (auto* p : {&items[1].task.edit<ImageTask>(), &items[3].task.edit<ImageTask>()}) {
            const std::vector<std::function<void()>> changes = {
                [=] { p->width = 24; },          [=] { p->height = 24; },
                [=] { p->steps = 9; },           [=] { p->sampler = "ddim"; },
                [=] { p->schedule = "karras"; }, [=] { p->clip_skip = 1; },
                [=] { p->cfg_scale = 1; },       [=] { p->cfg_scale = 2, p->prompt = "a cat", p->seed = 1; }};
            changes[field]();
        }
        Fixture f(items, {});
        const auto batches = f.make_all(0);
        QCOMPARE(batches, apart ? std::vector<Numbers>({{0, 2}, {1, 3}}) : std::vector<Numbers>({{0, 1, 2, 3}}));
    }

    void whatIsOnlyToBeWrittenLeavesRoomForOneMore() {
        Fixture f(fake_items(6, 2), {});
        QCOMPARE(f.next(0), Numbers({0, 1}));
        f.dispatcher.sampled(0, 0);
        QCOMPARE(f.next(0), Numbers({}));
        f.dispatcher.sampled(0, 1);
        QCOMPARE(f.next(0), Numbers({2, 3}));
        f.dispatcher.sampled(0, 2);
        f.dispatcher.sampled(0, 3);
        QCOMPARE(f.next(0), Numbers({}));  // the disk is slow: no more
        f.dispatcher.done(0, 0);
        f.dispatcher.done(0, 1);
        QCOMPARE(f.next(0), Numbers({4, 5}));
    }

    void onlyWhatAWorkerHoldsIsBelieved() {
        Fixture f(fake_items(2), {.workers = 2});
        f.next(0);
        f.next(1);
        QVERIFY(!f.dispatcher.done(0, 1));
        QVERIFY(!f.dispatcher.failed(1, 0));
        QVERIFY(!f.dispatcher.holds(0, 1) && !f.dispatcher.holds(0, 99) && !f.dispatcher.holds(0, -1));
        QVERIFY(f.dispatcher.done(0, 0));
        QVERIFY(!f.dispatcher.done(0, 0));  // once
        QVERIFY(f.dispatcher.failed(1, 1));
        QCOMPARE(f.dispatcher.remaining(), int64_t{0});
    }

    void theItemThatKillsIsFoundInABatchOfFour() {
        Fixture f(fake_items(6, 4), {.workers = 2});
        const int64_t poison = 2;
        std::set<int64_t> made;
        Numbers set_aside;
        int deaths = 0;
        for (int turn = 0; f.dispatcher.remaining() > 0; ++turn) {
            QVERIFY(turn < 100);
            const int worker = turn % 2;
            const Numbers batch = f.next(worker);
            if (std::count(batch.begin(), batch.end(), poison)) {
                ++deaths;
                const auto found = f.dispatcher.worker_died(worker);
                set_aside.insert(set_aside.end(), found.begin(), found.end());
                continue;
            }
            for (const int64_t item : batch) {
                QVERIFY(f.dispatcher.done(worker, item));
                made.insert(item);
            }
        }
        QCOMPARE(deaths, 2);
        QCOMPARE(set_aside, Numbers({poison}));
        QCOMPARE(made, std::set<int64_t>({0, 1, 3, 4, 5}));
    }

    void whatWasInDeadlyCompanyIsRetriedAloneAndFirst() {
        Fixture f(fake_items(4, 2), {.workers = 2});
        f.next(0);
        QCOMPARE(f.dispatcher.worker_died(0).size(), size_t{0});
        QCOMPARE(f.next(1), Numbers({0}));
        f.dispatcher.sampled(1, 0);
        QCOMPARE(f.next(1), Numbers({}));  // 1 is suspect, too, and must not share a batch with 0
        QVERIFY(f.dispatcher.done(1, 0));
        QCOMPARE(f.make_all(1), std::vector<Numbers>({{1}, {2, 3}}));
    }

    void whatWasMadeBeforeTheDeathIsNotMadeAgain() {
        Fixture f(fake_items(2, 2), {});
        f.next(0);
        f.dispatcher.done(0, 0);
        f.dispatcher.worker_died(0);
        QCOMPARE(f.make_all(0), std::vector<Numbers>({{1}}));
    }

    void tooLittleMemoryForABatchIsRetriedAloneOnce() {
        Fixture f(fake_items(2, 2), {});
        f.next(0);
        QVERIFY(f.dispatcher.retry_alone(0, 0));
        QVERIFY(f.dispatcher.retry_alone(0, 1));
        QVERIFY(!f.dispatcher.retry_alone(0, 1));  // no longer held
        QCOMPARE(f.dispatcher.remaining(), int64_t{2});
        QCOMPARE(f.next(0), Numbers({0}));
        QVERIFY(!f.dispatcher.retry_alone(0, 0));
        QVERIFY(f.dispatcher.failed(0, 0));
        QCOMPARE(f.make_all(0), std::vector<Numbers>({{1}}));
    }

    void theLastItemsAreLeftToTheFastOne() {
        FastAndSlow f;
        QCOMPARE(f.next(1), Numbers({}));
        QCOMPARE(f.make_all(0), std::vector<Numbers>({}));
        QVERIFY(f.dispatcher.done(0, 11));
        QCOMPARE(f.make_all(0), std::vector<Numbers>({{12}, {13}, {14}}));
    }

    void theDeadAreNotWaitedFor() {
        FastAndSlow f;
        f.dispatcher.worker_died(0);
        QCOMPARE(f.make_all(1), std::vector<Numbers>({{11}, {12}, {13}, {14}}));
    }

    void whoIsLateIsWaitedForAsLongAgain() {
        FastAndSlow f;
        f.dispatcher.set_time(14);  // 3 s late: may end at 17, and with the 3 pending ones at 20
        QCOMPARE(f.next(1), Numbers({}));
        f.dispatcher.set_time(19);  // 8 s late: the third pending one would end at 30
        QCOMPARE(f.next(1), Numbers({12}));
    }

    void failuresSayNothingAboutThePace() {
        FastAndSlow f;
        f.dispatcher.set_time(10.001);
        QVERIFY(f.dispatcher.failed(0, 11));
        QCOMPARE(f.next(0), Numbers({12}));
        f.dispatcher.set_time(12);  // at a pace of 1 s it is late by 1 s
        QCOMPARE(f.next(1), Numbers({}));
    }

    void evenSharesAreContiguousAndExtrasGoToTheFirst() {
        Fixture f(fake_items(8), {.split = Split::Even, .workers = 3});
        QCOMPARE(f.dispatcher.useful_workers(), 3);
        QCOMPARE(f.make_all(2), std::vector<Numbers>({{6}, {7}}));
        QCOMPARE(f.make_all(0), std::vector<Numbers>({{0}, {1}, {2}}));
        QCOMPARE(f.make_all(1), std::vector<Numbers>({{3}, {4}, {5}}));
        QCOMPARE(f.dispatcher.remaining(), int64_t{0});
    }

    void aPipelineTakesAsManyMicroBatchesAsAreInFlightAndTheNext() {
        Fixture f(fake_items(16, 2), {.in_flight = 3});
        QCOMPARE(f.next(0), (Numbers{0, 1}));
        QCOMPARE(f.next(0), (Numbers{2, 3}));
        QCOMPARE(f.next(0), (Numbers{4, 5}));
        QCOMPARE(f.next(0), (Numbers{6, 7}));
        QVERIFY(f.next(0).empty());
        f.dispatcher.sampled(0, 0);
        QVERIFY(f.next(0).empty());  // half a micro-batch
        f.dispatcher.sampled(0, 1);
        QCOMPARE(f.next(0), (Numbers{8, 9}));
        f.dispatcher.sampled(0, 2);
        f.dispatcher.sampled(0, 3);
        QVERIFY(f.next(0).empty());  // two are already waiting to be written
        f.dispatcher.done(0, 0);
        f.dispatcher.done(0, 1);
        QCOMPARE(f.next(0), (Numbers{10, 11}));
    }

    void theShareOfAFencedWorkerGoesToTheOthers() {
        Fixture f(fake_items(9), {.split = Split::Even, .workers = 3});
        QCOMPARE(f.next(0), Numbers({0}));
        f.dispatcher.worker_died(0);
        QCOMPARE(f.next(1), Numbers({3}));  // it belongs to worker 0 until that has gone
        f.dispatcher.worker_gone(0);
        f.dispatcher.done(1, 3);
        QCOMPARE(f.make_all(1), std::vector<Numbers>({{0}, {4}, {5}, {1}}));
        QCOMPARE(f.make_all(2), std::vector<Numbers>({{6}, {7}, {8}, {2}}));
    }

    void nobodyTakesOverFromTheLastWorker() {
        Fixture f(fake_items(2), {.split = Split::Even, .workers = 2});
        f.dispatcher.worker_gone(0);
        f.dispatcher.worker_gone(1);
        QCOMPARE(f.dispatcher.remaining(), int64_t{2});
    }

    void noMoreWorkersAreUsefulThanThereAreMicroBatches_data() {
        QTest::addColumn<Split>("split");
        QTest::addColumn<int>("items");
        QTest::addColumn<int>("useful");
        QTest::newRow("pull, none") << Split::Pull << 0 << 0;
        QTest::newRow("pull, one micro-batch") << Split::Pull << 4 << 1;
        QTest::newRow("pull, two") << Split::Pull << 5 << 2;
        QTest::newRow("pull, many") << Split::Pull << 100 << 3;
        QTest::newRow("even, none") << Split::Even << 0 << 0;
        QTest::newRow("even, two shares") << Split::Even << 2 << 2;
        QTest::newRow("even, many") << Split::Even << 100 << 3;
    }
    void noMoreWorkersAreUsefulThanThereAreMicroBatches() {
        QFETCH(Split, split);
        QFETCH(int, items);
        Fixture f(fake_items(items, 4), {.split = split, .workers = 3});
        QTEST(f.dispatcher.useful_workers(), "useful");
    }

    void aHundredThousandItemsOfAsManyKindsAreHandedOutInOrder() {
        auto items = fake_items(100'000, 4);
        for (Item& item : items) item.task.edit<ImageTask>().steps = static_cast<int>(1 + item.index / 2);
        Fixture f(std::move(items), {});
        int64_t expected = 0;
        for (Numbers batch = f.make(0); !batch.empty(); batch = f.make(0)) {
            QCOMPARE(batch, Numbers({expected, expected + 1}));
            expected += 2;
        }
        QCOMPARE(expected, int64_t{100'000});
    }
};

FANLIGHT_TEST(TestDispatcher)
#include "tst_dispatcher.moc"
