#include "core/worker/open_orders.h"

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Numbers = std::vector<int64_t>;

std::vector<Item> items(const Numbers& numbers) {
    std::vector<Item> result;
    for (const int64_t number : numbers) result.push_back({.index = number});
    return result;
}

}  // namespace

class TestOpenOrders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsOpenCanBeCancelled() {
        OpenOrders orders;
        orders.open(items({1, 2, 3}));
        orders.cancel({3, 1});
        QCOMPARE(orders.cancelled_of(items({1, 2, 3})), (Numbers{1, 3}));
        QCOMPARE(orders.cancelled_of(items({2})), Numbers{});
    }

    void withoutNumbersAllThatIsOpenIsCancelled() {
        OpenOrders orders;
        orders.open(items({1, 2}));
        orders.cancel({});
        orders.open(items({3}));
        QCOMPARE(orders.cancelled_of(items({1, 2, 3})), (Numbers{1, 2}));
    }

    void whatIsOverCannotBeCancelled() {
        OpenOrders orders;
        orders.open(items({1}));
        orders.close(items({1}));
        orders.cancel({1, 2});
        QCOMPARE(orders.cancelled_of(items({1, 2})), Numbers{});
    }

    void anOrderThatComesAgainIsWanted() {
        OpenOrders orders;
        orders.open(items({1}));
        orders.cancel({1});
        orders.open(items({1}));
        QCOMPARE(orders.cancelled_of(items({1})), Numbers{});
    }

    void whenTheOwnerIsGoneNothingIsWanted() {
        OpenOrders orders;
        orders.open(items({1}));
        orders.abandon();
        orders.open(items({2}));
        QCOMPARE(orders.cancelled_of(items({1, 2})), (Numbers{1, 2}));
    }
};

FANLIGHT_TEST(TestOpenOrders)
#include "tst_open_orders.moc"
