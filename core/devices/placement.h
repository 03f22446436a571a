#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/devices/device_map.h"
#include "core/devices/memory_budget.h"
#include "core/devices/model_description.h"
#include "core/devices/stage_plan.h"

// What lies where, before anything is loaded. In a run:
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

/// A device as the planner sees it.
struct PlanDevice {
    /// "cuda:0"; "cpu" may come several times, as that many workers. "cuda:0@1": of another machine like this one.
    std::string id;
    int64_t memory = 0;  ///< bytes that are free
    /// Of one evaluation of each layer of the description, measured on this device; empty: estimated.
    std::vector<double> layer_seconds;
    double flops_per_second = 0;  ///< for what is not measured; 0: the usual one of its kind

    bool operator==(const PlanDevice&) const = default;
};

/// What the user asks for (options of the same names).
struct PlacementRequest {
    Mode mode = Mode::Replicas;
    std::string device_map = "auto";   ///< a strategy of device_map_strategies(); sharded only
    std::optional<DeviceMap> own_map;  ///< from a file, instead of a strategy
    /// Of the network's weights; empty: what is free, less what else a device has to hold. Sharded, devices that are
    /// not named take none; pipelined, they have no other limit.
    MemoryBudget max_memory;
    int replicas = 0;  ///< pipelines side by side; 0: as many as the devices make
    int stages = 0;    ///< of each pipeline; 0: the devices, shared between the replicas, or else those of a machine
    /// "auto": equal seconds. "accelerate": where prepare_pippy cuts. Else the first layer of each stage but the first,
    /// or a module that begins with it.
    std::string split_points = "auto";
    int num_chunks = 0;       ///< micro-batches in flight; 0: as many as stages
    int machines = 1;         ///< alike, over which pipelines may reach
    int processes = 0;        ///< that a launcher starts, to make whole pipelines; 0: as many as it takes
    int64_t host_memory = 0;  ///< bytes free for weights that no GPU takes; 0: none

    bool names_split_points() const { return split_points != "auto" && split_points != "accelerate"; }
};

/// One worker process.
struct PlacedWorker {
    int replica = 0;                  ///< which of the replicas, or of the pipelines side by side
    int stage = 0;                    ///< of its pipeline; 0 elsewhere
    std::vector<std::string> owns;    ///< its devices; several when sharded, the one that computes first
    std::vector<PlacedStage> stages;  ///< what it runs: one, or when sharded every stretch in the order of the data
};

/// What a device would hold, in bytes.
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
    std::vector<DeviceMemory> memory;  ///< a row a worker and device
    double images_per_hour = 0;
    double bubble = 0;    ///< share of time that a stage waits because the pipeline fills and drains
    std::string problem;  ///< why it cannot be, with the numbers; empty: it can
};

/// The placement that is asked for. Throws UsageError, with the numbers, for what cannot be: no images, more stages
/// than layers or devices, a split point or an entry of a map that is no module, a module that a map leaves out, a
/// device that is not there, memory that does not suffice.
Placement place_model(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                      const PlacementRequest& request, const Workload& work);

/// The same, but memory that does not suffice is the placement's problem.
Placement foresee_placement(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                            const PlacementRequest& request, const Workload& work);

/// Every way to use the devices: replicas, sharded by each strategy that makes another map, pipelined in each number of
/// stages and of pipelines side by side; the others' options as in `request`. Those that cannot be say why.
std::vector<Placement> compare_placements(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                                          const PlacementRequest& request, const Workload& work);

/// The one with the most images an hour; of those within 2 % the one with the fewest parts. nullptr when none can be.
const Placement* best_placement(const std::vector<Placement>& placements);

/// The devices of so many machines like this one, this one's first.
std::vector<PlanDevice> on_machines(const std::vector<PlanDevice>& devices, int machines);

/// What a device is called on its machine: "cuda:0" of "cuda:0@1".
std::string name_on_machine(const std::string& device);

}  // namespace fanlight
