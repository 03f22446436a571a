#pragma once

#include <vector>

#include "core/families/parts/phi_config.h"
#include "core/layers/layer_sequence.h"

namespace fanlight {

/// Phi-1, 1.5 and 2 (Gunasekar et al. 2023) as in transformers, from ids [R, L] int64 to the logits [R, 1, vocabulary]
/// of the token that the state's TextStep wants. No weights are read until a layer is made.
std::vector<LayerPlan> phi_layers(const PhiConfig& config, const Weights& weights);

}  // namespace fanlight
