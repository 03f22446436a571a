#include "core/plan/cpu_layout.h"

#include <QTest>

#include "core/families/families.h"
#include "core/plan/make_plan.h"
#include "core/plan/place_run.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr int64_t MB = 1'000'000, GB = 1'000 * MB;
const char* const resources = source_path("/resources");

Device cpu_with(int cores, int64_t memory_free = 64 * GB) {
    return {.id = "cpu", .kind = "cpu", .name = "CPU", .cores = cores, .memory_free = memory_free};
}

Device card() { return {.id = "cuda:0", .kind = "cuda", .name = "Card", .memory_free = 24 * GB, .capability = 90}; }

PlanRequest request_for(int items) {
    PlanRequest request;
    for (int i = 0; i < items; ++i) request.rows.push_back({"a cat", {}, "Prompt"});
    request.parameters = {{"steps", "2"}};
    return request;
}

RunPlan laid_out(const PlanRequest& request, const Device& cpu) {
    RunPlan plan = make_plan(request, resources, "--", {cpu}, "");
    lay_out_if_open(plan, request, cpu);
    return plan;
}

/// "4x2": four workers of two threads.
QString layout_of(const RunPlan& plan) { return QString("%1x%2").arg(plan.devices.size()).arg(plan.recipe.threads); }

}  // namespace

/// Nothing is made.
class TestCpuLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void coresAreForWorkersWhereThereIsWorkForThem_data() {
        QTest::addColumn<int>("cores");
        QTest::addColumn<int>("items");
        QTest::addColumn<QString>("layout");
        const auto row = [](int cores, int items, const char* layout) {
            QTest::addRow("%d cores, %d items", cores, items) << cores << items << layout;
        };
        row(1, 6, "1x1");
        row(2, 1, "1x2");
        row(2, 2, "2x1");
        row(2, 6, "2x1");
        row(2, 100, "2x1");
        row(8, 1, "1x8");
        row(8, 2, "2x4");
        row(8, 3, "3x2");
        row(8, 6, "6x1");
        row(8, 100, "8x1");
    }
    void coresAreForWorkersWhereThereIsWorkForThem() {
        QFETCH(int, cores);
        QFETCH(int, items);
        QFETCH(QString, layout);
        const RunPlan plan = laid_out(request_for(items), cpu_with(cores));
        QCOMPARE(layout_of(plan), layout);
        QCOMPARE(plan.placement.workers.size(), plan.devices.size());
        for (const std::string& device : plan.devices) QCOMPARE(device, std::string("cpu"));
        QCOMPARE(recipe_of(plan.items.front()).threads, plan.recipe.threads);
    }

    void aMicroBatchIsOneWorkers() {
        PlanRequest request = request_for(9);
        request.batch_size = 4;
        QCOMPARE(layout_of(laid_out(request, cpu_with(8))), QString("3x2"));
        // Others do not fit into it.
        request.rows.front().overrides.steps = 3;
        request.rows.pop_back();
        QCOMPARE(layout_of(laid_out(request, cpu_with(8))), QString("3x2"));
    }

    void textsFillTheirWorkers() {
        PlanRequest request = request_for(8);
        request.task = "text";
        request.parameters.clear();
        QCOMPARE(layout_of(laid_out(request, cpu_with(2))), QString("1x2"));
        for (int i = 0; i < 8; ++i) request.rows.push_back(request.rows.front());
        QCOMPARE(layout_of(laid_out(request, cpu_with(2))), QString("2x1"));
    }

    void littleMemoryTakesFewerWorkers() {
        CpuWork work{.micro_batches = 100, .cores = 8, .memory = 4 * GB, .first_worker = 2 * GB};
        work.further_worker = 400 * MB;  // half of what is left is for other programs
        QCOMPARE(choose_layout(work), (CpuLayout{3, 2}));
        work.further_worker = 2 * GB;
        QCOMPARE(choose_layout(work), (CpuLayout{1, 8}));
        work.first_worker = 5 * GB;  // which it will say by itself
        QCOMPARE(choose_layout(work), (CpuLayout{1, 8}));
        QCOMPARE(layout_of(laid_out(request_for(100), cpu_with(8, 300 * MB))), QString("1x8"));
    }

    void workersShareOnlyWhatTheFileHoldsAsItIsComputedWith() {
        const RunPlan plan = make_plan(request_for(6), resources, "--", {cpu_with(2)}, "");
        DescribedShape shape = largest_shape(plan);
        QCOMPARE(describe_model(plan.model_folder, shape).mapped_bytes, int64_t{0});  // it is converted to float32
        const CpuWork work = cpu_work_of(plan, cpu_with(2));
        QCOMPARE(work.micro_batches, int64_t{6});
        QCOMPARE(work.further_worker, work.first_worker);
        shape.dtype = "float16";
        const ModelDescription as_stored = describe_model(plan.model_folder, shape);
        QCOMPARE(as_stored.mapped_bytes, as_stored.bytes());
        RunPlan with_lora = plan;
        with_lora.recipe.dtype = "float16";
        set_recipes(with_lora);
        const CpuWork shared = cpu_work_of(with_lora, cpu_with(2));
        QCOMPARE(shared.first_worker - shared.further_worker, as_stored.bytes());
        with_lora.recipe.loras.emplace_back();  // merged weights are each worker's own
        const CpuWork merged = cpu_work_of(with_lora, cpu_with(2));
        QCOMPARE(merged.further_worker, merged.first_worker);
    }

    void whatIsSettledStays_data() {
        QTest::addColumn<QString>("devices");
        QTest::addColumn<int>("threads");
        QTest::addColumn<QString>("layout");
        QTest::newRow("one worker") << "cpu" << 0 << "1x1";
        QTest::newRow("its threads") << "all" << 3 << "1x3";
        QTest::newRow("three workers") << "cpu,cpu,cpu" << 2 << "3x2";
    }
    void whatIsSettledStays() {
        QFETCH(QString, devices);
        QFETCH(int, threads);
        QFETCH(QString, layout);
        PlanRequest request = request_for(6);
        request.devices = devices.toStdString();
        request.threads = threads;
        RunPlan plan = laid_out(request, cpu_with(8));
        if (threads == 0) plan.recipe.threads = 1;  // the cores of this machine
        QCOMPARE(layout_of(plan), layout);
    }

    void gpusAreNotReplaced() {
        const PlanRequest request = request_for(6);
        RunPlan plan = make_plan(request, resources, "--", {card(), cpu_with(8)}, "");
        const RunPlan before = plan;
        lay_out_if_open(plan, request, cpu_with(8));
        QCOMPARE(plan.devices, std::vector<std::string>{"cuda:0"});
        QCOMPARE(plan.recipe, before.recipe);
    }

    void aModelThatCannotBeDescribedHasOneWorker() {
        RunPlan plan = make_plan(request_for(6), resources, "--", {cpu_with(8)}, "");
        plan.model_folder = "/nowhere";
        lay_out(plan, cpu_with(8));
        QCOMPARE(layout_of(plan), QString("1x8"));
    }
};

FANLIGHT_TEST(TestCpuLayout)
#include "tst_cpu_layout.moc"
