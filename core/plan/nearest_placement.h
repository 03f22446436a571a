#pragma once

#include <vector>

#include "core/devices/placement.h"

// What a run could do instead where a placement has too little memory.
namespace fanlight {

/// The problem of one of the placements, and which of them fits; or, if none does, which lacks the least, and how much.
Sentence with_nearest(const Sentence& problem, const std::vector<Placement>& placements);

/// place_model() and predict_placement(), which refuse what lacks memory with what fits or comes nearest.
Placement place_or_advise(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                          const PlacementRequest& request, const Workload& work);
Placement predict_or_advise(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                            const PlacementRequest& request, const Workload& work);

}  // namespace fanlight
