#include "core/plan/cpu_layout.h"

#include <algorithm>
#include <limits>
#include <map>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/devices/placement.h"
#include "core/plan/place_run.h"

namespace fanlight {

namespace {

int64_t micro_batches_in(const std::vector<Item>& items) {
    std::map<BatchKey, int64_t> alike;
    for (const Item& item : items) ++alike[batch_key(item)];
    int64_t micro_batches = 0;
    for (const auto& [key, count] : alike)
        micro_batches += (count + key.recipe->batch_size - 1) / key.recipe->batch_size;
    return micro_batches;
}

/// What replicas side by side need, according to the planner.
int64_t memory_of_replicas(const RunPlan& plan, const ModelDescription& model, size_t workers) {
    const std::vector<PlanDevice> devices(workers, {.id = "cpu", .memory = std::numeric_limits<int64_t>::max()});
    int64_t bytes = 0;
    for (const DeviceMemory& memory : predict_placement(model, devices, {}, workload_of(plan)).memory)
        bytes += memory.needed();
    return bytes;
}

}  // namespace

CpuLayout choose_layout(const CpuWork& work) {
    // The machine does other things, too: what is free now may be wanted back.
    const int64_t for_others = std::max<int64_t>(0, work.memory - work.first_worker) / 2;
    const int64_t in_memory = 1 + for_others / std::max<int64_t>(1, work.further_worker);
    const int64_t most = std::min({static_cast<int64_t>(work.cores), work.micro_batches, in_memory});
    const auto workers = static_cast<int>(std::max<int64_t>(1, most));
    return {workers, std::clamp(work.cores / workers, 1, max_threads)};
}

CpuWork cpu_work_of(const RunPlan& plan, const Device& cpu) {
    const CpuWork one{.cores = cpu.cores};
    const int64_t micro_batches = micro_batches_in(plan.items);
    if (micro_batches <= 1 || cpu.cores <= 1) return one;
    try {
        CpuWork work{micro_batches, cpu.cores, cpu.memory_free, 0, 0};
        for (const AlikeModels& models : alike_models(plan)) {
            const ModelDescription model = describe_run(plan, models.number);
            const int64_t first = memory_of_replicas(plan, model, 1);
            work.first_worker = std::max(work.first_worker, first);
            work.further_worker = std::max(work.further_worker, memory_of_replicas(plan, model, 2) - first);
        }
        return work;
    } catch (const Error&) {
        return one;
    }
}

void lay_out(RunPlan& plan, const Device& cpu) {
    const CpuLayout layout = choose_layout(cpu_work_of(plan, cpu));
    plan.devices.assign(static_cast<size_t>(layout.workers), "cpu");
    for (int number = 0; number < plan.models(); ++number) {
        PlannedModel& model = plan.model(number);
        model.placement = replicas_on(plan.devices);
        model.recipe.threads = layout.threads;
    }
    set_recipes(plan);
}

void lay_out_if_open(RunPlan& plan, const PlanRequest& request, const Device& cpu) {
    const bool is_open =
        trimmed(request.devices) == "all" && trimmed(request.cfg_devices).empty() && request.threads == 0;
    if (is_open && plan.recipe.device_kind == "cpu") lay_out(plan, cpu);
}

}  // namespace fanlight
