#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/plan/layer_timings.h"
#include "core/run/run_folder.h"

namespace fanlight {

// `model` is the number of one of the run's models, as RunPlan::model() takes it.

/// The most demanding shape among the items of a model.
DescribedShape largest_shape(const RunPlan& plan, int model = 0);

/// The model, for the most demanding shape. Throws Error like describe_model().
ModelDescription describe_run(const RunPlan& plan, int model = 0);

/// The run's devices in their current state, with each layer's time: from earlier measurements, or measured now if
/// `measure`, else estimated from the operations.
std::vector<PlanDevice> planned_devices(const RunPlan& plan, const ModelDescription& model, const LayerTimings& timings,
                                        bool measure, bool served);

Workload workload_of(const RunPlan& plan, int model = 0);

/// Where the plan's text encoders are to work, if not beside the network: one of `devices`, or the host with the free
/// memory `host_memory`.
std::optional<PlanDevice> planned_text_device(const RunPlan& plan, const std::vector<Device>& devices,
                                              int64_t host_memory, bool served);

/// Of each worker, where the plan has a second copy of its network, for PlacementRequest: one of `devices`.
std::vector<PlanDevice> planned_cfg_devices(const RunPlan& plan, const std::vector<Device>& devices, bool served);

/// Models of a run that cost the same, since only their LoRAs differ.
struct AlikeModels {
    int number;            ///< of the first of them
    DescribedShape shape;  ///< the largest_shape() of each
    Workload work;         ///< of all together
};
/// All of the run's models, in the order of their numbers. A list may have a LoRA of another weight for each row.
std::vector<AlikeModels> alike_models(const RunPlan& plan);

/// Why these devices of this machine cannot work in this mode, whatever their memory: CUDA shows a process one slice of
/// a MIG card and nothing else, and NCCL refuses to connect two of them. Empty: they can.
Sentence slice_problem(const std::vector<std::string>& ids, Mode mode);

/// Why pairs of devices that share guided evaluations cannot work in this mode. Empty: they can, or there are none.
Sentence pair_problem(const RunPlan& plan, Mode mode);

/// Decides how long the text encoders of replicas stay on their devices. Devices that are too small for all ways are
/// left to the workers, which find their own.
void choose_encoder_stay(RunPlan& plan, bool served);

/// Throws like place_run() if the plan's models cannot be placed so; times no layers.
void check_place(const RunPlan& plan, PlacementRequest request, bool gather_output);

/// Places the plan's models on its devices as requested. If a pipeline is to be cut by time, layers without
/// measurements are timed first. Throws UsageError, with the numbers, if a placement is impossible, or if the models
/// would not all be on the same devices.
void place_run(RunPlan& plan, PlacementRequest request, bool gather_output);

}  // namespace fanlight
