#include "core/plan/place_run.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/devices/device_list.h"
#include "core/devices/memory_reserve.h"
#include "core/families/families.h"

namespace fanlight {

namespace {

/// A core's float32 operations per second, if nothing has been measured.
constexpr double flops_per_core = 2e10;

/// The number of machines that a pipeline spans. Unless its length is given, it stays on one machine, where
/// communication is faster.
int machines_of(const PlacementRequest& request) {
    const bool has_length = request.stages > 0 || request.replicas > 0 || request.names_split_points();
    return request.mode == Mode::Pipelined && has_length ? request.machines : 1;
}

}  // namespace

Sentence slice_problem(const std::vector<std::string>& ids, Mode mode) {
    if (mode == Mode::Replicas || ids.size() < 2) return {};
    const auto is_slice = [&](const Device& device) {
        return device.slice && std::find(ids.begin(), ids.end(), device.id) != ids.end();
    };
    const std::vector<Device> devices = list_devices();
    const auto found = std::find_if(devices.begin(), devices.end(), is_slice);
    if (found == devices.end()) return {};
    return Sentence("%1 (%2) is a MIG instance, which cannot work with others on one model; use replicas", found->id,
                    found->name);
}

DescribedShape largest_shape(const RunPlan& plan) {
    const auto is_smaller = [](const Item& a, const Item& b) { return a.task.size() < b.task.size(); };
    const Item& item = *std::max_element(plan.items.begin(), plan.items.end(), is_smaller);
    const TaskShape shape = item.task.shape();
    return {.dtype = recipe_of(item).dtype,
            .width = shape.width,
            .height = shape.height,
            .tokens = shape.tokens,
            .batch_size = recipe_of(item).batch_size,
            .guided = shape.guided,
            .scored = shape.scored};
}

ModelDescription describe_run(const RunPlan& plan) {
    ModelDescription model = describe_model(plan.model_folder, largest_shape(plan));
    if (!plan.recipe.loras.empty()) model.mapped_bytes = 0;  // merged weights are each worker's own
    return model;
}

std::vector<PlanDevice> planned_devices(const RunPlan& plan, const ModelDescription& model, const LayerTimings& timings,
                                        bool measure, bool served) {
    const std::vector<Device> here = list_devices();
    std::vector<PlanDevice> planned;
    for (const std::string& id : plan.devices) {
        const Device& device = *std::find_if(here.begin(), here.end(), [&](const Device& d) { return d.id == id; });
        const TimedDevice timed{id, device.name, plan.recipe.threads};
        planned.push_back({.id = id, .memory = memory_for_run(device, plan.placement.reserved, served)});
        planned.back().layer_seconds = measure ? timings.measured(model, timed) : timings.known(model, timed);
        if (device.kind == "cpu") planned.back().flops_per_second = flops_per_core * timed.threads;
    }
    return planned;
}

Workload workload_of(const RunPlan& plan) {
    return {.images = static_cast<int64_t>(plan.items.size()),
            .batch_size = recipe_of(plan.items.front()).batch_size,
            .steps = plan.items.front().task.evaluations()};
}

void place_run(RunPlan& plan, PlacementRequest request, bool gather_output) {
    if (const Sentence problem = slice_problem(plan.devices, request.mode); !problem.empty()) throw UsageError(problem);
    const ModelDescription model = describe_run(plan);
    const LayerTimings timings(plan.model_folder);
    const bool by_seconds = request.mode == Mode::Pipelined && request.split_points == "auto" && request.stages != 1;
    request.host_memory = list_devices().back().memory_free;
    const auto place = [&](bool measure) {
        const auto devices = planned_devices(plan, model, timings, measure, request.served);
        return place_model(model, on_machines(devices, machines_of(request)), request, workload_of(plan));
    };
    Placement placement = place(false);  // impossible requests are refused before layers are loaded for timing
    if (request.processes > 0) stages_of(run_placement(placement, request, gather_output), request.processes);
    if (by_seconds) placement = place(true);
    for (PlacedWorker& worker : placement.workers)
        for (PlacedStage& stage : worker.stages) stage.device = name_on_machine(stage.device);
    const MemoryBudget reserved = std::move(plan.placement.reserved);
    plan.placement = run_placement(placement, request, gather_output);
    plan.placement.reserved = reserved;
    plan.devices.clear();
    for (const WorkerPlace& worker : plan.placement.workers) plan.devices.push_back(worker.device);
}

}  // namespace fanlight
