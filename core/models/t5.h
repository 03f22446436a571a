#pragma once

#include <vector>

#include "core/families/parts/t5_config.h"
#include "core/layers/layer_sequence.h"
#include "core/models/language_layers.h"

namespace fanlight {

/// T5 (Raffel et al. 2020) as transformers' T5ForConditionalGeneration. In an evaluation that encodes, from the ids [1,
/// L] int64 of a prompt through the encoder to the keys and values that the decoder's layers keep of it; in any other,
/// from the ids [R, 1] of the texts' last tokens, which pass the encoder by, to logits [R, 1, vocabulary]. No weights
/// are read until a layer is made.
std::vector<LayerPlan> t5_layers(const T5Config& config, const Weights& weights,
                                 VocabularyPlace place = VocabularyPlace::OnDevice);

}  // namespace fanlight
