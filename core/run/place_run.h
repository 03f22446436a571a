#pragma once

#include <string>
#include <vector>

#include "core/run/layer_timings.h"
#include "core/run/run_folder.h"

namespace fanlight {

/// The shape of a run's items that takes the most.
DescribedShape largest_shape(const RunPlan& plan);

/// The run's devices as they are now, with what each layer takes on them: as measured before, or measured now where
/// that is wanted, else estimated from the operations.
std::vector<PlanDevice> planned_devices(const RunPlan& plan, const ModelDescription& model, const LayerTimings& timings,
                                        bool measure);

Workload workload_of(const RunPlan& plan);

/// Lays the plan's model on its devices as asked. Where a pipeline is to be cut by seconds, layers that were never
/// timed are timed first. Throws UsageError, with the numbers, for what cannot be.
void place_run(RunPlan& plan, PlacementRequest request, bool gather_output, const std::string& worker_program);

}  // namespace fanlight
