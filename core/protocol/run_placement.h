#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/devices/placement.h"
#include "core/protocol/messages.h"

namespace fanlight {

/// One worker of a run as seen by the dispatcher: a process, or the processes of a pipeline.
struct WorkerPlace {
    struct Stage {
        std::string device;
        LayerRange layers;  ///< of the network

        bool operator==(const Stage&) const = default;
    };

    std::string device;         ///< the one that computes; for a pipeline all of them, "cuda:0+cuda:1"
    std::vector<Stage> stages;  ///< of a pipeline
    DeviceMap device_map;       ///< of a sharded model
    std::string cfg_device;     ///< where its network is as well, for half of each guided evaluation; empty: nowhere

    bool operator==(const WorkerPlace&) const = default;
};

/// How a run's model is distributed over its devices. It does not affect pixels, so it is not part of the recipe.
struct RunPlacement {
    Mode mode = Mode::Replicas;
    std::vector<WorkerPlace> workers;
    int micro_batches = 1;       ///< in flight in each pipeline
    bool gather_output = false;  ///< a pipeline's first stage writes the pictures, instead of its last
    MemoryBudget reserved;       ///< memory of GPUs that is left to other programs
    std::string text_device;     ///< where each worker has its text encoders; empty: beside the network
    EncoderStay encoder_stay = EncoderStay::Always;

    bool operator==(const RunPlacement&) const = default;
};

void to_json(Json& json, const RunPlacement& placement);
/// Throws Error or Json::exception.
void from_json(const Json& json, RunPlacement& placement);

/// A whole model on each device.
RunPlacement replicas_on(const std::vector<std::string>& devices);

/// Converts the planner's result into workers.
RunPlacement run_placement(const Placement& placement, const PlacementRequest& request, bool gather_output);

/// Stages per pipeline, 1 if there are no pipelines. Throws UsageError if `processes` is not a multiple of it.
int stages_of(const RunPlacement& placement, int processes);

/// Whether stages on GPUs send to each other, which they do by NCCL.
bool exchanges_on_gpus(const RunPlacement& placement);

/// The `load` of each process of a worker.
std::vector<protocol::Load> loads_of(const RunPlacement& placement, const WorkerPlace& worker,
                                     const protocol::Load& whole);

}  // namespace fanlight
