#pragma once

#include <optional>

#include "core/base/sentence.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

/// Takes the next step by which a run needs less memory, if the plan allows other pixels (OnOom::Any): its pictures are
/// decoded in tiles, then its micro-batches are halved until they hold one item. Each of the plan's models to which it
/// applies gets one in its place, for what has not been made yet; the items are left to the caller. What to say of it;
/// nullopt: there is no step left that helps `too_large`.
std::optional<Sentence> take_less_memory(RunPlan& plan, const Item& too_large);

/// The reason why an item has failed for which there was too little memory, with the steps that were tried.
Sentence with_trials(const RunPlan& plan, const Item& item, const Sentence& reason);

}  // namespace fanlight
