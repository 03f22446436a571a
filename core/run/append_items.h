#pragma once

#include <vector>

#include "core/run/run_folder.h"

namespace fanlight {

/// Expands rows into items to be appended to the plan's. What a row leaves out is taken from the plan's first item,
/// whose seed is counted up: item i gets that seed + i. Throws UsageError naming the row at fault.
std::vector<Item> further_items(const RunPlan& plan, const std::vector<PromptRow>& rows);

/// Appends the items to the run's and rewrites run.json, durably. Throws Error, and changes nothing, if a file
/// with an item's name exists or run.json cannot be written.
void append_items(RunFolder& run, const std::vector<Item>& items);

}  // namespace fanlight
