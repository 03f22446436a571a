#include "core/protocol/run_placement.h"

#include <algorithm>

#include "core/base/config_numbers.h"
#include "core/base/text.h"

namespace fanlight {

constexpr int64_t max_layer = 1'000'000;
constexpr int max_micro_batches = 1024;

static void to_json(Json& json, const WorkerPlace::Stage& stage) {
    json = {{"device", stage.device}, {"first", stage.layers.begin}, {"last", stage.layers.end}};
}

static void from_json(const Json& json, WorkerPlace::Stage& stage) {
    stage = {.device = member<std::string>(json, "device"),
             .layers = {whole_number(json, "first", 0, max_layer, "stages"),
                        whole_number(json, "last", 0, max_layer, "stages")}};
}

static void to_json(Json& json, const WorkerPlace& worker) {
    json = {{"device", worker.device}, {"stages", worker.stages}, {"device_map", worker.device_map}};
    if (!worker.cfg_device.empty()) json["cfg_device"] = worker.cfg_device;
}

static void from_json(const Json& json, WorkerPlace& worker) {
    json.at("device").get_to(worker.device);
    json.at("stages").get_to(worker.stages);
    json.at("device_map").get_to(worker.device_map);
    worker.cfg_device = member_or<std::string>(json, "cfg_device", "");
}

void to_json(Json& json, const RunPlacement& placement) {
    json = {{"mode", name_of(placement.mode)},
            {"workers", placement.workers},
            {"micro_batches", placement.micro_batches},
            {"gather_output", placement.gather_output},
            {"reserved", placement.reserved}};
    if (!placement.text_device.empty()) json["text_device"] = placement.text_device;
    if (placement.encoder_stay != EncoderStay::Always) json["encoder_stay"] = name_of(placement.encoder_stay);
}

void from_json(const Json& json, RunPlacement& placement) {
    placement.mode = mode_named(member<std::string>(json, "mode"));
    placement.workers = member<std::vector<WorkerPlace>>(json, "workers");
    placement.micro_batches = member<int>(json, "micro_batches");
    placement.gather_output = member<bool>(json, "gather_output");
    if (json.contains("reserved")) json.at("reserved").get_to(placement.reserved);
    placement.text_device = member_or<std::string>(json, "text_device", "");
    placement.encoder_stay = encoder_stay_named(member_or(json, "encoder_stay", name_of(EncoderStay::Always)));
    if (placement.workers.empty()) throw UsageError("no worker is placed");
    if (placement.micro_batches < 1 || placement.micro_batches > max_micro_batches)
        throw UsageError("micro_batches must be from 1 to %1", max_micro_batches);
}

RunPlacement replicas_on(const std::vector<std::string>& devices) {
    RunPlacement placement;
    for (const std::string& device : devices) placement.workers.push_back({.device = device});
    return placement;
}

RunPlacement run_placement(const Placement& found, const PlacementRequest& request, bool gather_output) {
    RunPlacement placement{.mode = found.mode, .gather_output = gather_output, .encoder_stay = found.encoder_stay};
    for (const PlacedWorker& process : found.workers) {
        if (found.mode != Mode::Pipelined || process.stage == 0) placement.workers.emplace_back();
        WorkerPlace& worker = placement.workers.back();
        if (found.mode == Mode::Pipelined) {
            const PlacedStage& stage = process.stages.front();
            worker.stages.push_back({stage.device, stage.layers});
            worker.device += (worker.device.empty() ? "" : "+") + stage.device;
        } else {
            worker.device = process.owns.front();
            if (found.mode == Mode::Sharded) worker.device_map = found.device_map;
            if (found.mode == Mode::Replicas && process.owns.size() > 1) worker.cfg_device = process.owns.back();
        }
    }
    if (found.mode == Mode::Pipelined)
        placement.micro_batches = request.num_chunks > 0 ? request.num_chunks : found.stages;
    return placement;
}

int stages_of(const RunPlacement& placement, int processes) {
    const auto stages = std::max(1, static_cast<int>(placement.workers.front().stages.size()));
    if (processes % stages != 0)
        throw UsageError("The run's pipelines have %1 stages, and %2 processes are asked for; start a multiple of %3",
                         stages, processes, stages);
    return stages;
}

bool exchanges_on_gpus(const RunPlacement& placement) {
    return std::any_of(placement.workers.begin(), placement.workers.end(), [](const WorkerPlace& worker) {
        return worker.stages.size() > 1 && gpu_number(worker.stages.front().device) >= 0;
    });
}

std::vector<protocol::Load> loads_of(const RunPlacement& placement, const WorkerPlace& worker,
                                     const protocol::Load& whole) {
    std::vector<protocol::Load> loads(std::max<size_t>(worker.stages.size(), 1), whole);
    for (protocol::Load& load : loads) {
        load.device = worker.device;
        load.device_map = worker.device_map;
        load.encoder_stay = placement.encoder_stay;
    }
    for (size_t i = 0; i < worker.stages.size(); ++i) {
        loads[i].device = worker.stages[i].device;
        loads[i].stage = {.index = static_cast<int>(i),
                          .count = static_cast<int>(worker.stages.size()),
                          .layers = worker.stages[i].layers,
                          .micro_batches = placement.micro_batches,
                          .gather_output = placement.gather_output};
    }
    protocol::Load& reading = loads.front();  // the stages behind it have no text encoder
    if (placement.text_device != reading.device) reading.text_device = placement.text_device;
    reading.cfg_device = worker.cfg_device;
    return loads;
}

}  // namespace fanlight
