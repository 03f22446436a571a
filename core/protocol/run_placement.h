#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/devices/placement.h"
#include "core/protocol/messages.h"

namespace fanlight {

/// One worker of a run, as the dispatcher sees it: a process, or the processes of a pipeline.
struct WorkerPlace {
    struct Stage {
        std::string device;
        LayerRange layers;  ///< of the network

        bool operator==(const Stage&) const = default;
    };

    std::string device;         ///< the one that computes; of a pipeline all, "cuda:0+cuda:1"
    std::vector<Stage> stages;  ///< of a pipeline
    DeviceMap device_map;       ///< of a sharded model

    bool operator==(const WorkerPlace&) const = default;
};

/// How a run's model lies on its devices. Nothing of it changes a pixel, so it is no part of the recipe.
struct RunPlacement {
    Mode mode = Mode::Replicas;
    std::vector<WorkerPlace> workers;
    int micro_batches = 1;       ///< of a pipeline, under way at once
    bool gather_output = false;  ///< a pipeline's first stage writes, instead of its last

    bool operator==(const RunPlacement&) const = default;
};

void to_json(Json& json, const RunPlacement& placement);
/// Throws Error or Json::exception.
void from_json(const Json& json, RunPlacement& placement);

/// A whole model on each of the devices.
RunPlacement replicas_on(const std::vector<std::string>& devices);

/// What the planner found, as processes.
RunPlacement run_placement(const Placement& placement, const PlacementRequest& request, bool gather_output);

/// Stages of each pipeline, 1 where there are none. Throws UsageError when so many processes make no whole pipelines.
int stages_of(const RunPlacement& placement, int processes);

/// The `load` of each process of a worker.
std::vector<protocol::Load> loads_of(const RunPlacement& placement, const WorkerPlace& worker,
                                     const protocol::Load& whole);

}  // namespace fanlight
