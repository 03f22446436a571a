#include <QTest>

#include "core/run/append_items.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Rows that are added to a run go on with its seeds.
class TestSameSeed : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addedRowsCountOnOrStay() {
        RunPlan plan = fake_plan(fake_items(3), 1);
        plan.items[0].task = plan.items[0].task.with_seed(7);
        const std::vector<PromptRow> rows = {{"a", {}, "1"}, {"b", {}, "2"}};
        const auto counted = further_items(plan, rows);
        QVERIFY(counted[0].task.seed() == 10 && counted[1].task.seed() == 11);
        plan.same_seed = true;
        const auto same = further_items(plan, rows);
        QVERIFY(same[0].task.seed() == 7 && same[1].task.seed() == 7);
    }

    void variationsOfAddedRowsCountOnInEitherCase() {
        RunPlan plan = fake_plan(fake_items(3), 1);
        plan.items[0].task.edit<ImageTask>().subseed = 5;
        plan.items[0].task.edit<ImageTask>().subseed_strength = 0.2;
        for (const bool same_seed : {false, true}) {
            plan.same_seed = same_seed;
            const auto items = further_items(plan, {{"a", {}, "1"}, {"b", {}, "2"}});
            QVERIFY(image_of(items[0]).subseed == 8 && image_of(items[1]).subseed == 9);
        }
    }
};

FANLIGHT_TEST(TestSameSeed)
#include "tst_same_seed.moc"
