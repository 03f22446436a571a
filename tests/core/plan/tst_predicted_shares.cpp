#include "core/plan/predicted_shares.h"

#include <QTest>

#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

using Shares = std::vector<std::vector<int64_t>>;

RunPlan plan_of(int items, Split split, bool apply_padding, int batch_size = 1) {
    RunPlan plan = fake_plan(fake_items(items), 2, batch_size);
    plan.split = split;
    plan.apply_padding = apply_padding;
    return plan;
}

}  // namespace

class TestPredictedShares : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void evenSharesAreAccelerates() {
        QCOMPARE(predicted_shares(plan_of(3, Split::Even, false), {1, 1}), Shares({{0, 1}, {2}}));
        QCOMPARE(predicted_shares(plan_of(3, Split::Even, true), {1, 1}), Shares({{0, 1}, {2, 2}}));
        QCOMPARE(predicted_shares(plan_of(1, Split::Even, false), {1, 5, 9}), Shares({{0}, {}, {}}));
    }

    void theFasterOnePullsMore() {
        QCOMPARE(predicted_shares(plan_of(6, Split::Pull, false), {2, 1}), Shares({{0, 3}, {1, 2, 4, 5}}));
    }

    void equalOnesPullInTurn() {
        QCOMPARE(predicted_shares(plan_of(4, Split::Pull, false), {1, 1}), Shares({{0, 2}, {1, 3}}));
        QCOMPARE(predicted_shares(plan_of(5, Split::Pull, false, 2), {1, 1}), Shares({{0, 1, 4}, {2, 3}}));
    }

    void nothingIsSharedAmongNobody() {
        QCOMPARE(predicted_shares(plan_of(0, Split::Pull, false), {1, 1}), Shares({{}, {}}));
        QCOMPARE(predicted_shares(plan_of(2, Split::Pull, false), {}), Shares());
    }
};

FANLIGHT_TEST(TestPredictedShares)
#include "tst_predicted_shares.moc"
