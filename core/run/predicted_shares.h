#pragma once

#include <cstdint>
#include <vector>

#include "core/run/run_folder.h"

namespace fanlight {

/// The numbers of the items that each worker will make, one list a worker, in the order in which it gets them. Under
/// Split::Even Accelerate's shares, with apply_padding the repeated items included; else what the Dispatcher would hand
/// out if worker w took seconds[w] for a micro-batch like the first one. Workers that nothing is left for have an empty
/// list.
std::vector<std::vector<int64_t>> predicted_shares(const RunPlan& plan, const std::vector<double>& seconds);

}  // namespace fanlight
