#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/devices/device_map.h"
#include "core/devices/encoder_stay.h"
#include "core/devices/memory_budget.h"
#include "core/devices/model_description.h"
#include "core/devices/stage_plan.h"

// Decides what goes where before anything is loaded. In a run:
//
//   const ModelDescription model = describe_model(folder, shape);                 // core/families/families.h
//   const Placement placement = place_model(model, devices, request, workload);   // throws UsageError
//   for (const PlacedWorker& worker : placement.workers) …                        // one process each
//
// and to compare: compare_placements(), best_placement().
namespace fanlight {

enum class Mode { Replicas, Sharded, Pipelined };

/// "replicas", "sharded", "pipelined". mode_named() throws UsageError listing them.
const std::string& name_of(Mode mode);
Mode mode_named(const std::string& name);

/// A device as seen by the planner.
struct PlanDevice {
    /// "cuda:0"; "cpu" may occur several times, once per worker. "cuda:0@1": on another machine like this one.
    std::string id;
    int64_t memory = 0;  ///< free bytes
    /// Time of one evaluation of each layer of the description, measured on this device; empty: estimated.
    std::vector<double> layer_seconds;
    double flops_per_second = 0;  ///< for what has not been measured; 0: the default for its kind

    bool operator==(const PlanDevice&) const = default;
};

/// The user's request (options of the same names).
struct PlacementRequest {
    Mode mode = Mode::Replicas;
    std::string device_map = "auto";   ///< a strategy of device_map_strategies(); sharded only
    std::optional<DeviceMap> own_map;  ///< from a file, instead of a strategy
    /// Limits for the network's weights; empty: the free memory minus what else a device must hold. Sharded: devices
    /// that are not named hold none; pipelined: they have no extra limit.
    MemoryBudget max_memory;
    int replicas = 0;  ///< pipelines side by side; 0: as many as the devices allow
    int stages = 0;    ///< per pipeline; 0: the devices divided among the replicas, or else those of one machine
    /// "auto": equal times. "accelerate": where prepare_pippy cuts. Else the first layer of each stage but the first,
    /// or a module that begins with it.
    std::string split_points = "auto";
    int num_chunks = 0;       ///< micro-batches in flight; 0: as many as stages
    int machines = 1;         ///< identical machines, over which pipelines may extend
    int processes = 0;        ///< started by a launcher, to form whole pipelines; 0: as many as needed
    int64_t host_memory = 0;  ///< free bytes for offloaded weights; 0: none
    /// Where text encoders are, with its free memory; nullopt: beside the network. It may be one of the devices.
    std::optional<PlanDevice> text_device = {};
    /// Of replicas, for each device: where a second copy of the network makes half of each guided evaluation. Empty:
    /// nowhere.
    std::vector<PlanDevice> cfg_devices = {};
    bool served = false;  ///< made by `fanlight serve`, which ends its idle workers for it (Device::memory_idle)

    bool names_split_points() const { return split_points != "auto" && split_points != "accelerate"; }
};

/// One worker process.
struct PlacedWorker {
    int replica = 0;                  ///< index of the replica or of the pipeline
    int stage = 0;                    ///< in its pipeline; 0 in other modes
    std::vector<std::string> owns;    ///< its devices; several if sharded or paired, the one that computes first
    std::vector<PlacedStage> stages;  ///< what it runs: one, or if sharded all stretches in execution order
};

/// The memory needed on a device, in bytes.
struct DeviceMemory {
    std::string device;
    int64_t weights = 0, activations = 0, context = 0;
    int64_t free = 0;

    int64_t needed() const { return weights + activations + context; }
};

/// One way to run the model.
struct Placement {
    std::string name;  ///< "replicas", "sharded (sequential)", "pipelined (2 replicas of 2 stages)"
    Mode mode = Mode::Replicas;
    std::string device_map_strategy;  ///< sharded only; "own map"
    int replicas = 1, stages = 1;
    DeviceMap device_map;  ///< module of the denoising network -> device; empty for replicas
    std::vector<PlacedWorker> workers;
    std::vector<DeviceMemory> memory;  ///< one entry per worker and device
    EncoderStay encoder_stay = EncoderStay::Always;
    double images_per_hour = 0;
    double bubble = 0;  ///< fraction of time that stages wait while the pipeline fills and drains
    Sentence problem;   ///< why it is impossible, with the numbers; empty: it is possible
};

/// The requested placement. Throws UsageError, with the numbers, if it is impossible: no images, more stages than
/// layers or devices, a split point or map entry that is not a module, a module missing from the map, an unknown
/// device, too little memory.
Placement place_model(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                      const PlacementRequest& request, const Workload& work);

/// The same, but too little memory is reported as the placement's problem.
Placement predict_placement(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                            const PlacementRequest& request, const Workload& work);

/// Every way to use the devices: replicas, sharded by each strategy that yields a different map, pipelined with each
/// number of stages and pipelines; all other options as in `request`. Impossible ones say why.
std::vector<Placement> compare_placements(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                                          const PlacementRequest& request, const Workload& work);

/// The one with the most images per hour; among those within 2 % the one with the fewest parts. nullptr if none is
/// possible.
const Placement* best_placement(const std::vector<Placement>& placements);

/// The devices of `machines` machines like this one, this one's first.
std::vector<PlanDevice> on_machines(const std::vector<PlanDevice>& devices, int machines);

/// A device's name on its own machine: "cuda:0" for "cuda:0@1".
std::string name_on_machine(const std::string& device);

}  // namespace fanlight
