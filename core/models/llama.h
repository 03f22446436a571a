#pragma once

#include <vector>

#include "core/families/parts/llama_config.h"
#include "core/layers/layer_sequence.h"
#include "core/models/language_layers.h"

namespace fanlight {

/// Llama (Touvron et al. 2023) and its relatives (LlamaKind), Phi-3 and Gemma 2 and 3 among them, as transformers'
/// classes of these names, from ids [R, L] int64 to the logits [R, 1, outputs] of the token that the state's TextStep
/// wants. No weights are read until a layer is made.
std::vector<LayerPlan> llama_layers(const LlamaConfig& config, const Weights& weights, const DecoderHead& head,
                                    VocabularyPlace place = VocabularyPlace::OnDevice);

}  // namespace fanlight
