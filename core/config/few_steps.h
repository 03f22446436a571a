#pragma once

#include "core/base/sentence.h"
#include "core/config/model_catalog.h"
#include "core/families/parts/distillation.h"

namespace fanlight {

/// What a network needs that was trained to draw in few steps becomes the model's defaults: steps and guidance, unless
/// it takes the scale as an input; of a file, which has no scheduler config, also sampler, schedule and size. `note`
/// says so, the rest of a sentence about the model.
void take_distillation(ModelCard& card, const Distillation& told, bool is_file, const Sentence& note);

/// "4 steps (Lightning)"
Sentence shown(const Distillation& told);

}  // namespace fanlight
