#pragma once

#include <vector>

#include "core/families/parts/gpt2_config.h"
#include "core/layers/layer_sequence.h"
#include "core/models/language_layers.h"

namespace fanlight {

/// GPT-2 (Radford et al. 2019) as in transformers, from ids [R, L] int64 to the logits [R, 1, outputs] of the token
/// that the state's TextStep wants. No weights are read until a layer is made.
std::vector<LayerPlan> gpt2_layers(const GPT2Config& config, const Weights& weights, const DecoderHead& head);

}  // namespace fanlight
