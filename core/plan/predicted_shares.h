#pragma once

#include <cstdint>
#include <vector>

#include "core/run/run_folder.h"

namespace fanlight {

/// The indexes of the items that each worker will make, one list per worker, in order. Under Split::Even Accelerate's
/// shares, including the repeated items with apply_padding; else what the Dispatcher would hand out if worker w took
/// seconds[w] for a micro-batch like the first one. Workers for which nothing is left have an empty list.
std::vector<std::vector<int64_t>> predicted_shares(const RunPlan& plan, const std::vector<double>& seconds);

}  // namespace fanlight
