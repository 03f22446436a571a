#include "core/plan/place_run.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/devices/device_list.h"
#include "core/devices/memory_reserve.h"
#include "core/families/families.h"
#include "core/plan/nearest_placement.h"

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

/// Of one of a run's models, with or without layers being timed first.
class Placing {
public:
    Placing(const RunPlan& plan, int number, PlacementRequest request, bool gather_output)
        : plan_(plan),
          number_(number),
          request_(std::move(request)),
          gather_output_(gather_output),
          model_(described(plan, number, request_.mode)),
          timings_(plan.model(number).model_folder) {
        const std::vector<Device> devices = list_devices();
        request_.host_memory = devices.back().memory_free;
        request_.text_device = planned_text_device(plan, devices, request_.host_memory, request_.served);
        request_.cfg_devices = planned_cfg_devices(plan, devices, request_.served);
    }

    Placement untimed() const {
        Placement placement = place(false);
        if (request_.processes > 0) stages_of(run_placement(placement, request_, gather_output_), request_.processes);
        return placement;
    }
    Placement timed() const { return place(true); }
    /// Also one that lacks memory.
    Placement predicted() const {
        const auto devices = planned_devices(plan_, model_, timings_, /*measure=*/false, request_.served);
        return predict_placement(model_, devices, request_, workload_of(plan_, number_));
    }
    bool depends_on_times() const {
        return request_.mode == Mode::Pipelined && request_.split_points == "auto" && request_.stages != 1;
    }

private:
    static ModelDescription described(const RunPlan& plan, int number, Mode mode) {
        for (const Sentence& problem : {slice_problem(plan.devices, mode), pair_problem(plan, mode)})
            if (!problem.empty()) throw UsageError(problem);
        return describe_run(plan, number);
    }
    Placement place(bool measure) const {
        const auto devices = planned_devices(plan_, model_, timings_, measure, request_.served);
        return place_or_advise(model_, on_machines(devices, machines_of(request_)), request_,
                               workload_of(plan_, number_));
    }

    const RunPlan& plan_;
    const int number_;
    PlacementRequest request_;
    const bool gather_output_;
    const ModelDescription model_;
    const LayerTimings timings_;
};

RunPlacement placement_of(const RunPlan& plan, int number, const PlacementRequest& request, bool gather_output) {
    const Placing placing(plan, number, request, gather_output);
    Placement placement = placing.untimed();  // impossible requests are refused before layers are loaded for timing
    if (placing.depends_on_times()) placement = placing.timed();
    for (PlacedWorker& worker : placement.workers)
        for (PlacedStage& stage : worker.stages) stage.device = name_on_machine(stage.device);
    RunPlacement result = run_placement(placement, request, gather_output);
    result.reserved = plan.model(number).placement.reserved;
    result.text_device = plan.model(number).placement.text_device;
    return result;
}

std::vector<std::string> devices_of(const RunPlacement& placement) {
    std::vector<std::string> devices;
    for (const WorkerPlace& worker : placement.workers) devices.push_back(worker.device);
    return devices;
}

/// What there is to make with one of a run's models.
struct ModelItems {
    const Item* first = nullptr;
    const Item* largest = nullptr;
    int64_t count = 0;

    void add(const Item& item) {
        if (!first) first = &item;
        if (!largest || largest->task.size() < item.task.size()) largest = &item;
        ++count;
    }
};

ModelItems items_made_with(const RunPlan& plan, int model) {
    ModelItems own;
    for (const Item& item : plan.items)
        if (item.model == model) own.add(item);
    return own;
}

DescribedShape shape_in(const RunPlan& plan, int model, const ModelItems& items) {
    if (!items.largest) throw Error("No item is made with model %1 of the run", model);
    const TaskShape shape = items.largest->task.shape();
    const Recipe& recipe = plan.model(model).recipe;
    return {.dtype = recipe.dtype,
            .width = shape.width,
            .height = shape.height,
            .tokens = shape.tokens,
            .batch_size = recipe.batch_size,
            .guided = shape.guided,
            .scored = shape.scored,
            .vae_tiling = recipe.vae_tiling,
            .packed = plan.model(model).packed_weights};
}

Workload work_of(const RunPlan& plan, int model, const ModelItems& items) {
    if (!items.first) throw Error("No item is made with model %1 of the run", model);
    const Task& task = items.first->task;
    const int refined = task.is<ImageTask>() ? task.as<ImageTask>().refined_steps() : 0;
    return {.images = items.count,
            .batch_size = plan.model(model).recipe.batch_size,
            .steps = std::max(1, task.evaluations() - refined),
            .refined_steps = refined};
}

/// Merged weights are each worker's own, so a model without LoRAs costs less.
bool cost_the_same(const RunPlan& plan, const AlikeModels& a, const AlikeModels& b) {
    const PlannedModel &one = plan.model(a.number), &other = plan.model(b.number);
    return one.model_folder == other.model_folder && one.recipe.components == other.recipe.components &&
           one.recipe.loras.empty() == other.recipe.loras.empty() && a.shape == b.shape &&
           a.work.steps == b.work.steps && a.work.refined_steps == b.work.refined_steps;
}

/// The number of the first model with the same files, which is placed alike whatever its adapters; or its own.
int first_alike(const RunPlan& plan, int number) {
    const PlannedModel& own = plan.model(number);
    for (int other = 0; other < number; ++other)
        if (plan.model(other).model_folder == own.model_folder &&
            plan.model(other).recipe.components == own.recipe.components)
            return other;
    return number;
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

Sentence pair_problem(const RunPlan& plan, Mode mode) {
    if (mode == Mode::Replicas || devices_in_use(plan) == plan.devices) return {};
    return "whole copies of the network share guided evaluations, so pairs of devices make replicas";
}

DescribedShape largest_shape(const RunPlan& plan, int model) {
    return shape_in(plan, model, items_made_with(plan, model));
}

std::vector<AlikeModels> alike_models(const RunPlan& plan) {
    std::vector<ModelItems> items(static_cast<size_t>(plan.models()));
    for (const Item& item : plan.items) items.at(static_cast<size_t>(item.model)).add(item);
    std::vector<AlikeModels> all;
    for (int number = 0; number < plan.models(); ++number) {
        const ModelItems& own = items[static_cast<size_t>(number)];
        AlikeModels model{number, shape_in(plan, number, own), work_of(plan, number, own)};
        const auto alike = std::find_if(all.begin(), all.end(),
                                        [&](const AlikeModels& other) { return cost_the_same(plan, other, model); });
        if (alike == all.end())
            all.push_back(std::move(model));
        else
            alike->work.images += model.work.images;
    }
    return all;
}

ModelDescription describe_run(const RunPlan& plan, int model) {
    const PlannedModel& described = plan.model(model);
    ModelDescription description =
        describe_model(described.model_folder, largest_shape(plan, model), described.recipe.components);
    if (!described.recipe.loras.empty()) description.mapped_bytes = 0;  // merged weights are each worker's own
    return description;
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

Workload workload_of(const RunPlan& plan, int model) { return work_of(plan, model, items_made_with(plan, model)); }

std::optional<PlanDevice> planned_text_device(const RunPlan& plan, const std::vector<Device>& devices,
                                              int64_t host_memory, bool served) {
    const std::string& id = plan.placement.text_device;
    if (id.empty()) return std::nullopt;
    if (id == "cpu") return PlanDevice{.id = id, .memory = host_memory};
    const auto found = std::find_if(devices.begin(), devices.end(), [&](const Device& each) { return each.id == id; });
    if (found == devices.end()) throw UsageError("The text encoders' device %1 is not there", id);
    return PlanDevice{.id = id, .memory = memory_for_run(*found, plan.placement.reserved, served)};
}

std::vector<PlanDevice> planned_cfg_devices(const RunPlan& plan, const std::vector<Device>& devices, bool served) {
    std::vector<PlanDevice> planned;
    for (int model = 0; model < plan.models() && planned.empty(); ++model)
        for (const WorkerPlace& worker : plan.model(model).placement.workers) {
            const std::string& id = worker.cfg_device;
            if (id.empty()) continue;
            const auto found =
                std::find_if(devices.begin(), devices.end(), [&](const Device& each) { return each.id == id; });
            if (found == devices.end()) throw UsageError("The device %1 is not there", id);
            planned.push_back({.id = id, .memory = memory_for_run(*found, plan.placement.reserved, served)});
        }
    return planned;
}

void check_place(const RunPlan& plan, PlacementRequest request, bool gather_output) {
    for (const AlikeModels& models : alike_models(plan)) Placing(plan, models.number, request, gather_output).untimed();
}

void choose_encoder_stay(RunPlan& plan, bool served) {
    for (const AlikeModels& models : alike_models(plan)) {
        const Placing placing(plan, models.number, {.served = served}, /*gather_output=*/false);
        const EncoderStay stay = placing.predicted().encoder_stay;
        for (int number = 0; number < plan.models(); ++number)
            if (first_alike(plan, number) == first_alike(plan, models.number))
                plan.model(number).placement.encoder_stay = stay;
    }
}

void place_run(RunPlan& plan, PlacementRequest request, bool gather_output) {
    std::vector<RunPlacement> placements;
    for (int number = 0; number < plan.models(); ++number) {
        const int alike = first_alike(plan, number);
        placements.push_back(alike < number ? placements[static_cast<size_t>(alike)]
                                            : placement_of(plan, number, request, gather_output));
        if (devices_of(placements.back()) != devices_of(placements.front()))
            throw UsageError(
                "The models %1 and %2 would be distributed over different devices; name the devices and the number of "
                "stages, or make their rows in runs of their own.",
                plan.recipe.model, plan.model(number).recipe.model);
    }
    plan.devices = devices_of(placements.front());
    for (int number = 0; number < plan.models(); ++number)
        plan.model(number).placement = std::move(placements[static_cast<size_t>(number)]);
}

}  // namespace fanlight
