#include <QTest>
#include <numeric>

#include "core/base/error.h"
#include "core/run/dispatcher.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Numbers = std::vector<int64_t>;

struct Fixture {
    Fixture(int count, const Dispatcher::Options& options, int batch_size = 1)
        : items(fake_items(count, batch_size)), dispatcher(items, numbers_of(items), options) {}

    /// Makes everything that `worker` is given, one item after the other.
    Numbers make_all(int worker) {
        Numbers made;
        for (auto batch = dispatcher.next(worker); !batch.empty(); batch = dispatcher.next(worker))
            for (const int64_t item : batch) {
                made.push_back(item);
                dispatcher.done(worker, item);
            }
        return made;
    }

    std::vector<Item> items;
    Dispatcher dispatcher;
};

}  // namespace

class TestDispatcherSteering : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsGivenBackIsPendingAtItsPlace() {
        Fixture f(6, {}, 2);
        QCOMPARE(f.dispatcher.next(0), (Numbers{0, 1}));
        QVERIFY(f.dispatcher.done(0, 0));
        QVERIFY(f.dispatcher.give_back(0, 1));
        QVERIFY(!f.dispatcher.give_back(0, 1));
        QVERIFY(f.dispatcher.idle(0));
        QCOMPARE(f.dispatcher.remaining(), int64_t{5});
        QCOMPARE(f.make_all(0), (Numbers{1, 2, 3, 4, 5}));
    }

    void theListMayGrow() {
        Fixture f(7, {}, 2);
        QCOMPARE(f.dispatcher.next(0).size(), size_t{2});
        QVERIFY(f.dispatcher.worker_died(0).empty());  // two items to be tried alone
        QCOMPARE(f.dispatcher.next(0).size(), size_t{1});
        Item added = fake_item(7, "added");
        added.recipe = f.items.front().recipe;
        f.items.reserve(2 * f.items.capacity());  // all of them lie somewhere else from here on
        f.items.push_back(added);
        f.dispatcher.put_back({7});
        QVERIFY(f.dispatcher.holds(0, 0));
        QVERIFY(f.dispatcher.done(0, 0));
        QCOMPARE(f.make_all(0), (Numbers{1, 2, 3, 4, 5, 6, 7}));
        QCOMPARE(f.dispatcher.remaining(), int64_t{0});
    }

    void itemsMoveBeforeAnother_data() {
        QTest::addColumn<QList<qint64>>("moved");
        QTest::addColumn<qint64>("before");
        QTest::addColumn<QList<qint64>>("first");
        QTest::addColumn<QList<qint64>>("order");
        using L = QList<qint64>;
        QTest::newRow("to the front") << L{4} << qint64{0} << L{4} << L{4, 0, 1, 2, 3, 5};
        QTest::newRow("in the order asked for") << L{5, 3} << qint64{0} << L{5, 3} << L{5, 3, 0, 1, 2, 4};
        QTest::newRow("in between") << L{5} << qint64{2} << L{0, 1, 5} << L{0, 1, 5, 2, 3, 4};
        QTest::newRow("behind all") << L{0} << qint64{-1} << L{1, 2, 3, 4, 5} << L{1, 2, 3, 4, 5, 0};
        QTest::newRow("to where it is") << L{3} << qint64{4} << L{} << L{0, 1, 2, 3, 4, 5};
        QTest::newRow("before itself") << L{3} << qint64{3} << L{} << L{0, 1, 2, 3, 4, 5};
        QTest::newRow("one that is not there too") << L{77, 1} << qint64{0} << L{1} << L{1, 0, 2, 3, 4, 5};
    }
    void itemsMoveBeforeAnother() {
        QFETCH(QList<qint64>, moved);
        QFETCH(qint64, before);
        QFETCH(QList<qint64>, first);
        QFETCH(QList<qint64>, order);
        Fixture f(6, {}, 2);
        QCOMPARE(f.dispatcher.move({moved.begin(), moved.end()}, before), Numbers(first.begin(), first.end()));
        QCOMPARE(f.make_all(0), Numbers(order.begin(), order.end()));
        QCOMPARE(f.dispatcher.remaining(), int64_t{0});
    }

    void onlyWhatIsPendingMoves() {
        Fixture f(4, {}, 2);
        f.dispatcher.next(0);
        QVERIFY_EXCEPTION_THROWN(f.dispatcher.move({0}, 3), Error);
        QVERIFY_EXCEPTION_THROWN(f.dispatcher.move({3}, 0), Error);
        QCOMPARE(f.dispatcher.move({3}, 2), Numbers({3}));
    }

    void aMovedItemKeepsItsPlaceWhenOthersComeBack() {
        Fixture f(5, {});
        f.dispatcher.cancel({1});
        f.dispatcher.move({4}, 0);
        f.dispatcher.put_back({1});
        QCOMPARE(f.make_all(0), Numbers({4, 0, 1, 2, 3}));
    }

    void cancelledItemsAreNotHandedOut() {
        Fixture f(6, {}, 2);
        f.dispatcher.next(0);
        QCOMPARE(f.dispatcher.cancel({0, 3, 5, 9}), Numbers({3, 5}));  // 0 is in flight, 9 does not exist
        QCOMPARE(f.dispatcher.remaining(), int64_t{4});
        f.dispatcher.done(0, 0);
        f.dispatcher.done(0, 1);
        QCOMPARE(f.make_all(0), Numbers({2, 4}));
    }

    void aSuspectCanBeCancelledToo() {
        Fixture f(2, {});
        f.dispatcher.next(0);
        f.dispatcher.worker_died(0);
        QCOMPARE(f.dispatcher.cancel({0}), Numbers({0}));
        QCOMPARE(f.make_all(0), Numbers({1}));
    }

    void aFailedItemIsPendingAgainAndNoSuspect() {
        Fixture f(3, {.max_deaths = 1}, 3);
        f.dispatcher.next(0);
        QCOMPARE(f.dispatcher.worker_died(0).size(), size_t{3});
        f.dispatcher.put_back(numbers_of(f.items));
        QCOMPARE(f.dispatcher.next(0), Numbers({0, 1, 2}));  // together, not one by one
        QCOMPARE(f.dispatcher.remaining(), int64_t{3});
    }

    void aWorkerThatIsNotEnabledGetsNothing() {
        Fixture f(4, {.workers = 2});
        f.dispatcher.enable(0, false);
        QVERIFY(f.dispatcher.next(0).empty());
        QCOMPARE(f.dispatcher.next(1), Numbers({0}));
        f.dispatcher.enable(0, true);
        QCOMPARE(f.dispatcher.next(0), Numbers({1}));
    }

    void theShareOfAWorkerThatIsNotEnabledGoesToTheOthers() {
        Fixture f(6, {.split = Split::Even, .workers = 3});
        f.dispatcher.enable(1, false);
        Numbers made = f.make_all(0), other = f.make_all(2);
        made.insert(made.end(), other.begin(), other.end());
        std::sort(made.begin(), made.end());
        QCOMPARE(made, Numbers({0, 1, 2, 3, 4, 5}));
    }

    void theShareOfTheLastWorkerWaitsForIt() {
        Fixture f(3, {.split = Split::Even});
        f.dispatcher.enable(0, false);
        QVERIFY(f.dispatcher.next(0).empty());
        f.dispatcher.enable(0, true);
        QCOMPARE(f.make_all(0), Numbers({0, 1, 2}));
    }

    void underAFixedSplitEachShareHasItsOwnOrder() {
        Fixture f(6, {.split = Split::Even, .workers = 2});
        QCOMPARE(f.dispatcher.move({5, 2}, 0), Numbers({2, 5}));
        QCOMPARE(f.make_all(0), Numbers({2, 0, 1}));
        QCOMPARE(f.make_all(1), Numbers({5, 3, 4}));
    }
};

FANLIGHT_TEST(TestDispatcherSteering)
#include "tst_dispatcher_steering.moc"
