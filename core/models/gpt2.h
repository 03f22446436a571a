#pragma once

#include <vector>

#include "core/families/parts/gpt2_config.h"
#include "core/layers/layer_sequence.h"

namespace fanlight {

/// GPT-2 (Radford et al. 2019) as transformers' GPT2LMHeadModel, from ids [R, L] int64 to the logits [R, 1, vocabulary]
/// of the token that the state's TextStep wants. No weights are read until a layer is made.
std::vector<LayerPlan> gpt2_layers(const GPT2Config& config, const Weights& weights);

}  // namespace fanlight
