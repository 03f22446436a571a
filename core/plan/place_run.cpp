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

/// Of a run's model, with or without layers being timed first.
class Placing {
public:
    Placing(const RunPlan& plan, PlacementRequest request, bool gather_output)
        : plan_(plan),
          request_(std::move(request)),
          gather_output_(gather_output),
          model_(described(plan, request_.mode)),
          timings_(plan.model_folder) {
        request_.host_memory = list_devices().back().memory_free;
    }

    Placement untimed() const {
        Placement placement = place(false);
        if (request_.processes > 0) stages_of(run_placement(placement, request_, gather_output_), request_.processes);
        return placement;
    }
    Placement timed() const { return place(true); }
    bool depends_on_times() const {
        return request_.mode == Mode::Pipelined && request_.split_points == "auto" && request_.stages != 1;
    }

private:
    static ModelDescription described(const RunPlan& plan, Mode mode) {
        if (const Sentence problem = slice_problem(plan.devices, mode); !problem.empty()) throw UsageError(problem);
        return describe_run(plan);
    }
    Placement place(bool measure) const {
        const auto devices = planned_devices(plan_, model_, timings_, measure, request_.served);
        return place_model(model_, on_machines(devices, machines_of(request_)), request_, workload_of(plan_));
    }

    const RunPlan& plan_;
    PlacementRequest request_;
    const bool gather_output_;
    const ModelDescription model_;
    const LayerTimings timings_;
};

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
    ModelDescription model = describe_model(plan.model_folder, largest_shape(plan), plan.recipe.components);
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

void check_place(const RunPlan& plan, PlacementRequest request, bool gather_output) {
    Placing(plan, std::move(request), gather_output).untimed();
}

void place_run(RunPlan& plan, PlacementRequest request, bool gather_output) {
    const Placing placing(plan, request, gather_output);
    Placement placement = placing.untimed();  // impossible requests are refused before layers are loaded for timing
    if (placing.depends_on_times()) placement = placing.timed();
    for (PlacedWorker& worker : placement.workers)
        for (PlacedStage& stage : worker.stages) stage.device = name_on_machine(stage.device);
    const MemoryBudget reserved = std::move(plan.placement.reserved);
    plan.placement = run_placement(placement, request, gather_output);
    plan.placement.reserved = reserved;
    plan.devices.clear();
    for (const WorkerPlace& worker : plan.placement.workers) plan.devices.push_back(worker.device);
}

}  // namespace fanlight
