#include <QTest>
#include <map>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/batch/text_task.h"
#include "core/ranks/rank_share.h"
#include "core/ranks/rank_slots.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// An order board without processes.
class FakeBoard : public OrderBoard {
public:
    int64_t take_ticket() override { return tickets_++; }
    void announce(int maker, int64_t n, int64_t batch) override { announced_[{maker, n}] = batch; }
    int64_t announced(int maker, int64_t n) override {
        const auto found = announced_.find({maker, n});
        if (found == announced_.end()) throw Error("nothing is announced");
        return found->second;
    }

private:
    int64_t tickets_ = 0;
    std::map<std::pair<int, int64_t>, int64_t> announced_;
};

RunPlan plan(int items, int batch_size, Split split) {
    RunPlan plan;
    plan.split = split;
    plan.recipe.batch_size = batch_size;
    for (int i = 0; i < items; ++i) plan.items.push_back({.index = i, .row = i, .place = "", .task = ImageTask{}});
    set_recipes(plan);
    return plan;
}

RunPlan texts(int items, int batch_size) {
    RunPlan plan = ::plan(items, batch_size, Split::Pull);
    for (Item& item : plan.items) item.task = TextTask{};
    return plan;
}

std::vector<int64_t> all_of(const RunPlan& plan) {
    std::vector<int64_t> items(plan.items.size());
    std::iota(items.begin(), items.end(), 0);
    return items;
}

QList<int> numbers(const std::vector<Item>& items) {
    QList<int> numbers;
    for (const Item& item : items) numbers << static_cast<int>(item.index);
    return numbers;
}

/// All micro-batches of one maker.
QList<QList<int>> orders(RankShare& share) {
    QList<QList<int>> orders;
    while (const auto items = share.order(orders.size())) orders << numbers(*items);
    return orders;
}

}  // namespace

class TstRankShare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sharesByTheEvenRule_data() {
        QTest::addColumn<int>("maker");
        QTest::addColumn<QList<QList<int>>>("expected");
        QTest::newRow("the first has one more") << 0 << QList<QList<int>>{{0, 1}, {2}};
        QTest::newRow("the second") << 1 << QList<QList<int>>{{3, 4}};
        QTest::newRow("the third") << 2 << QList<QList<int>>{{5, 6}};
    }

    void sharesByTheEvenRule() {
        QFETCH(int, maker);
        FakeBoard board;
        const RunPlan seven = plan(7, 2, Split::Even);
        RankShare share(seven, all_of(seven), board, {.number = maker, .count = 3});
        QTEST(orders(share), "expected");
    }

    void whoHasNoShareIsEmpty() {
        FakeBoard board;
        const RunPlan one = plan(1, 2, Split::Even);
        QVERIFY(!RankShare(one, {0}, board, {.number = 0, .count = 2}).empty());
        QVERIFY(RankShare(one, {0}, board, {.number = 1, .count = 2}).empty());
    }

    void ticketsDealEachMicroBatchOnce() {
        FakeBoard board;
        const RunPlan nine = plan(9, 2, Split::Pull);
        RankShare first(nine, all_of(nine), board, {.number = 0, .count = 2});
        RankShare second(nine, all_of(nine), board, {.number = 1, .count = 2});
        QList<int> made;
        for (int n = 0; n < 2; ++n) made << numbers(*first.order(n)) << numbers(*second.order(n));
        made << numbers(*second.order(2));
        QVERIFY(!first.order(2));
        QVERIFY(!second.order(3));
        QCOMPARE(made, QList<int>({0, 1, 2, 3, 4, 5, 6, 7, 8}));
    }

    void onlyWhatIsPendingIsMade() {
        FakeBoard board;
        const RunPlan nine = plan(9, 2, Split::Pull);
        RankShare share(nine, {1, 4, 8}, board, {});
        QCOMPARE(orders(share), QList<QList<int>>({{1, 4}, {8}}));
    }

    void microBatchesHoldWhatFitsTogether() {
        FakeBoard board;
        RunPlan four = plan(4, 2, Split::Pull);
        four.items[1].task.edit<ImageTask>().width = four.items[2].task.edit<ImageTask>().width = 128;
        RankShare share(four, all_of(four), board, {});
        QCOMPARE(orders(share), QList<QList<int>>({{0, 3}, {1, 2}}));
    }

    /// A stage's rows begin and end together.
    void textsAreTakenOneByOneByAWholeModel() {
        FakeBoard board, another;
        const RunPlan four = texts(4, 3);
        RankShare share(four, all_of(four), board, {.number = 0, .count = 2});
        QVERIFY(share.goes_into_slots());
        QCOMPARE(share.fair_count(), size_t{2});
        QCOMPARE(orders(share), QList<QList<int>>({{0}, {1}, {2}, {3}}));
        RankShare stage(four, all_of(four), another, {.number = 0, .count = 1, .stage = 1, .stages = 2});
        QVERIFY(!stage.goes_into_slots());
        QCOMPARE(orders(stage), QList<QList<int>>({{0, 1, 2}, {3}}));
        const RunPlan images = plan(4, 3, Split::Pull);
        QVERIFY(!RankShare(images, all_of(images), board, {}).goes_into_slots());
    }

    void slotsTakeWhatFitsAndNoMoreThanAFairPart() {
        FakeBoard board;
        const RunPlan five = texts(5, 4);
        RankShare first_share(five, all_of(five), board, {.number = 0, .count = 2});
        RankShare second_share(five, all_of(five), board, {.number = 1, .count = 2});
        QList<QList<int>> began;
        const ShareEvents events{.began = [&](const auto& items) { began << numbers(items); },
                                 .made = [](const auto&, const auto&, const auto&) {},
                                 .failed = [](const auto&, const auto&) {}};
        RankSlots first(first_share, events), second(second_share, events);
        const auto firsts = first.next(4);
        QCOMPARE(numbers(firsts), QList<int>({0, 1, 2}));
        QCOMPARE(numbers(second.next(1)), QList<int>({3}));
        QVERIFY(first.next(1).empty());
        first.closed(firsts[1]);
        QCOMPARE(numbers(first.next(2)), QList<int>({4}));
        first.closed(firsts[0]);
        QVERIFY(first.next(4).empty());
        QVERIFY(second.next(3).empty());
        QCOMPARE(began, QList<QList<int>>({{0, 1, 2}, {3}, {4}}));  // each time one write to the journal
    }

    void stagesMakeWhatTheirLastOneHasTaken() {
        FakeBoard board;
        const RunPlan six = plan(6, 2, Split::Pull);
        const auto stage = [&](int pipeline, int stage) {
            return RankShare(six, all_of(six), board, {.number = pipeline, .count = 2, .stage = stage, .stages = 2});
        };
        RankShare last = stage(0, 1), others_last = stage(1, 1), first = stage(0, 0);
        QCOMPARE(numbers(*last.order(0)), QList<int>({0, 1}));
        QCOMPARE(numbers(*others_last.order(0)), QList<int>({2, 3}));
        QCOMPARE(numbers(*last.order(1)), QList<int>({4, 5}));
        QVERIFY(!last.order(2));
        QCOMPARE(orders(first), QList<QList<int>>({{0, 1}, {4, 5}}));
    }

    void stagesWithSharesOfTheirOwnAskNobody() {
        FakeBoard board;
        const RunPlan six = plan(6, 2, Split::Even);
        RankShare first(six, all_of(six), board, {.number = 1, .count = 2, .stage = 0, .stages = 2});
        QCOMPARE(orders(first), QList<QList<int>>({{3, 4}, {5}}));
    }

    void anAnnouncementOfNoMicroBatchEndsTheWork() {
        FakeBoard board;
        const RunPlan two = plan(2, 2, Split::Pull);
        board.announce(0, 0, 77);
        RankShare first(two, all_of(two), board, {.number = 0, .count = 1, .stage = 0, .stages = 2});
        QVERIFY(!first.order(0));
    }
};

FANLIGHT_TEST(TstRankShare)
#include "tst_rank_share.moc"
