// Workers that take items one by one: how many each is given, and when.

#include <QTest>

#include "core/run/dispatcher.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Numbers = std::vector<int64_t>;

/// A dispatcher whose workers have as many slots as their micro-batches have items.
struct Fixture {
    Fixture(int count, int slots, const Dispatcher::Options& options)
        : items(fake_items(count, slots)), dispatcher(items, numbers_of(items), options) {
        for (int worker = 0; worker < options.workers; ++worker) dispatcher.set_slots(worker, slots);
    }

    size_t take(int worker) {
        const Numbers taken = dispatcher.next(worker);
        held[worker].insert(held[worker].end(), taken.begin(), taken.end());
        return taken.size();
    }
    void finish(int worker, size_t count) {
        for (size_t i = 0; i < count; ++i) {
            QVERIFY(dispatcher.done(worker, held[worker].front()));
            held[worker].erase(held[worker].begin());
        }
    }

    std::vector<Item> items;
    Dispatcher dispatcher;
    std::map<int, Numbers> held;
};

}  // namespace

class TestDispatcherSlots : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWorkerHasAFewMoreThanItsSlots() {
        Fixture f(100, 8, {.workers = 2});
        QCOMPARE(f.take(0), size_t{8});  // an order has at most a micro-batch
        QCOMPARE(f.take(0), size_t{2});
        QCOMPARE(f.take(0), size_t{0});
        f.finish(0, 1);
        QCOMPARE(f.take(0), size_t{0});
        f.finish(0, 1);
        QCOMPARE(f.take(0), size_t{2});
    }

    void theLastItemsAreShared() {
        Fixture f(12, 8, {.workers = 2});
        QCOMPARE(f.take(0), size_t{6});
        QCOMPARE(f.take(0), size_t{0});
        QCOMPARE(f.take(1), size_t{6});
        QCOMPARE(f.take(1), size_t{0});
        f.finish(0, 6);
        f.finish(1, 6);
        QCOMPARE(f.dispatcher.remaining(), int64_t{0});
    }

    void whatWorkersThatAreGoneWouldMakeIsLeftToTheOthers() {
        Fixture f(12, 8, {.workers = 3});
        f.dispatcher.worker_gone(1);
        f.dispatcher.enable(2, false);
        QCOMPARE(f.take(0), size_t{8});
        QCOMPARE(f.take(0), size_t{2});
    }

    void fixedSharesStay() {
        Fixture f(12, 4, {.split = Split::Even, .workers = 2});
        QCOMPARE(f.take(0), size_t{4});
        QCOMPARE(f.take(0), size_t{1});
        QCOMPARE(f.take(1), size_t{4});
        f.finish(0, 5);
        QCOMPARE(f.take(0), size_t{1});
        QCOMPARE(f.take(0), size_t{0});
    }

    void itemsThatFailedTogetherAreTriedAlone() {
        Fixture f(10, 4, {});
        QCOMPARE(f.take(0), size_t{4});
        QVERIFY(f.dispatcher.retry_alone(0, 0));
        f.held[0].erase(f.held[0].begin());
        QCOMPARE(f.take(0), size_t{0});  // it would be in the others' company
        f.finish(0, 3);
        QCOMPARE(f.dispatcher.next(0), Numbers({0}));
        QCOMPARE(f.take(0), size_t{0});
        QVERIFY(!f.dispatcher.retry_alone(0, 0));  // alone it was
        QVERIFY(f.dispatcher.failed(0, 0));
        QCOMPARE(f.take(0), size_t{4});
    }

    void aSingleItemIsNotAloneInAWorker() {
        Fixture f(5, 4, {});
        QCOMPARE(f.take(0), size_t{4});
        QCOMPARE(f.take(0), size_t{1});
        QVERIFY(f.dispatcher.retry_alone(0, 4));
    }

    void withOneSlotEachIsAlone() {
        Fixture f(5, 1, {});
        QCOMPARE(f.take(0), size_t{1});
        QVERIFY(!f.dispatcher.retry_alone(0, 0));
    }

    void thoseOfADeadWorkerAreTriedAlone() {
        Fixture f(10, 4, {});
        f.take(0);
        QVERIFY(f.dispatcher.worker_died(0).empty());
        QCOMPARE(f.dispatcher.next(0).size(), size_t{1});
        QCOMPARE(f.dispatcher.next(0).size(), size_t{0});
    }

    /// Nothing is lost or given twice, however items end.
    void allAreMadeOnce() {
        Fixture f(500, 8, {.workers = 3});
        std::set<int64_t> made;
        uint32_t random = 1;
        while (f.dispatcher.remaining() > 0) {
            random = random * 1664525 + 1013904223;
            const int worker = static_cast<int>(random >> 16) % 3;
            f.take(worker);
            QVERIFY(f.held[worker].size() <= 10);
            if (f.held[worker].empty()) continue;
            const size_t which = (random >> 8) % f.held[worker].size();
            const int64_t item = f.held[worker][which];
            f.held[worker].erase(f.held[worker].begin() + static_cast<std::ptrdiff_t>(which));
            QVERIFY(made.insert(item).second && f.dispatcher.done(worker, item));
        }
        QCOMPARE(made.size(), size_t{500});
    }

    /// The last progress of an item says that it has been sampled. It is done at once then, and says nothing of the
    /// pace.
    void theLastProgressChangesNothing() {
        const auto taken = [](bool told) {
            Fixture f(200, 4, {.workers = 3});
            std::vector<size_t> taken;
            for (int second = 0; f.dispatcher.remaining() > 0 && second < 1000; ++second) {
                f.dispatcher.set_time(second);
                for (const int worker : {0, 1, 2}) taken.push_back(f.take(worker));
                for (const int worker : {0, 1, 2}) {
                    if (f.held[worker].empty() || second % (4 * worker + 1) != 4 * worker) continue;
                    if (told) f.dispatcher.sampled(worker, f.held[worker].front());
                    f.finish(worker, 1);
                }
            }
            return taken;
        };
        QCOMPARE(taken(true), taken(false));
    }

    /// A slow worker does not keep the last items to itself.
    void theSlowerOneTakesLess() {
        Fixture f(60, 4, {.workers = 2});
        size_t by_slow = 0;
        for (int second = 0; f.dispatcher.remaining() > 0 && second < 1000; ++second) {
            f.dispatcher.set_time(second);
            for (int worker : {0, 1}) f.take(worker);
            if (!f.held[0].empty()) f.finish(0, 1);
            if (second % 10 == 9 && !f.held[1].empty()) {
                f.finish(1, 1);
                ++by_slow;
            }
        }
        QCOMPARE(f.dispatcher.remaining(), int64_t{0});
        QVERIFY2(by_slow >= 3 && by_slow <= 12, QByteArray::number(by_slow).constData());
    }
};

FANLIGHT_TEST(TestDispatcherSlots)
#include "tst_dispatcher_slots.moc"
