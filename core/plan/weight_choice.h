#pragma once

#include <functional>
#include <vector>

#include "core/batch/weight_form.h"
#include "core/devices/placement.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

/// The devices that a model is to be placed on, as they are planned with, and main memory for what is offloaded.
struct PlacementSite {
    std::vector<PlanDevice> devices;
    int64_t host_memory = 0;
};
/// `number`: the model's in its run.
using SiteOfModel = std::function<PlacementSite(const ModelDescription& model, int number)>;

/// Of a model whose files hold packed weights.
struct WeightChoice {
    Sentence why;  ///< they stay packed though nobody has asked for it; empty: they do not
    int64_t dequantised_bytes = 0, packed_bytes = 0;  ///< of the whole model; 0: it has no such weights
};

/// Decides for each of the run's models whether its weights stay packed, as `asked`. Auto: where they are packed in
/// their files and dequantised ones would not fit the devices, or would have to be fetched from main memory, if the run
/// is placed by `request`. Notes in the plan where packed weights are asked for in vain. To be called before the run is
/// laid out and placed. Models that cannot be described are left to the workers. Returns the first model's choice.
WeightChoice choose_weights(RunPlan& plan, WeightForm asked, const PlacementRequest& request, const SiteOfModel& site);

/// The same on this machine's devices in their current state.
WeightChoice choose_weights(RunPlan& plan, WeightForm asked, const PlacementRequest& request);

}  // namespace fanlight
