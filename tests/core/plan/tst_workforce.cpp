#include "core/plan/workforce.h"

#include <QTest>

#include "core/base/error.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr int64_t GB = 1'000'000'000;

Device cpu_with(int cores) {
    return {.id = "cpu", .kind = "cpu", .name = "CPU", .cores = cores, .memory_free = 64 * GB};
}
Device card(int number, int capability = 90) {
    return {.id = "cuda:" + std::to_string(number),
            .kind = "cuda",
            .name = "Card",
            .uuid = "GPU-" + std::to_string(number),
            .memory_total = 24 * GB,
            .memory_free = 24 * GB,
            .capability = capability};
}

RunPlan on_cards(const std::string& dtype) {
    RunPlan plan = fake_plan(fake_items(8), 1);
    plan.devices = {"cuda:0"};
    plan.placement = replicas_on(plan.devices);
    plan.placement.reserved = {{"cuda:0", 2 * GB}};
    plan.recipe.device_kind = "cuda";
    plan.recipe.dtype = dtype;
    plan.recipe.threads = 5;
    return plan;
}

}  // namespace

/// Where the rest of a run may be made.
class TestWorkforce : public QObject {
    Q_OBJECT

    static QString refusal(const RunPlan& plan, const WorkforceRequest& request, const std::vector<Device>& devices) {
        try {
            workforce_for(plan, request, devices, "");
        } catch (const UsageError& error) {
            return QString::fromUtf8(error.what());
        }
        return "accepted";
    }

private Q_SLOTS:
    void theCoresAreSharedOutAmongTheNewWorkers() {
        const RunPlan plan = fake_plan(fake_items(8), 1);
        const Workforce four = workforce_for(plan, {"cpu,cpu,cpu,cpu"}, {cpu_with(8)}, "");
        QCOMPARE(four.devices, std::vector<std::string>(4, "cpu"));
        QVERIFY(four.placement == replicas_on(four.devices));
        QCOMPARE(four.threads, 2);
        QCOMPARE(workforce_for(plan, {"cpu,cpu", 3}, {cpu_with(8)}, "").threads, 3);
    }

    void threadsAloneLeaveTheDevicesAsTheyAre() {
        const RunPlan plan = fake_pipelines(fake_items(8), 1, 2);
        const Workforce same = workforce_for(plan, {"", 3}, {cpu_with(8)}, "");
        QCOMPARE(same.devices, plan.devices);
        QVERIFY(same.placement == plan.placement);
        QCOMPARE(same.threads, 3);
    }

    void otherCardsKeepWhatTheyReserve() {
        std::vector<Device> devices = {card(0), card(1), cpu_with(8)};
        for (Device& device : devices) device.display = true;
        const Workforce both = workforce_for(on_cards("float16"), {"all"}, devices, "");
        QCOMPARE(both.devices, (std::vector<std::string>{"cuda:0", "cuda:1"}));
        QCOMPARE(both.threads, 5);
        QCOMPARE(both.placement.reserved.size(), size_t{2});
        QVERIFY(both.placement.reserved[0] == std::pair(std::string("cuda:0"), 2.0 * GB));
        QCOMPARE(both.placement.reserved[1].first, std::string("cuda:1"));  // as usual where there is a screen
        const Workforce other = workforce_for(on_cards("float16"), {"cuda:1"}, devices, "");
        QCOMPARE(other.devices, std::vector<std::string>{"cuda:1"});
        QCOMPARE(other.placement.reserved.size(), size_t{1});
    }

    void whatWouldChangeResultsIsRefused() {
        const std::vector<Device> devices = {card(0), card(1, 70), cpu_with(8)};
        QVERIFY(refusal(on_cards("float16"), {"cpu"}, devices).contains("was begun on GPUs"));
        QVERIFY(refusal(fake_plan(fake_items(2), 1), {"cuda:0"}, devices).contains("was begun on the CPU"));
        QVERIFY(refusal(on_cards("bfloat16"), {"cuda:1"}, devices).contains("cuda:1 (Card) is too old for it"));
        QVERIFY(refusal(on_cards("float16"), {"cuda:7"}, devices).contains("there is no device \"cuda:7\""));
        QVERIFY(
            refusal(fake_pipelines(fake_items(8), 1, 2), {"cpu,cpu"}, devices).contains("lies on cpu+cpu together"));
    }
};

FANLIGHT_TEST(TestWorkforce)
#include "tst_workforce.moc"
