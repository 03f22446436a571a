#pragma once

#include <vector>

#include "core/families/parts/bert_config.h"
#include "core/layers/layer_sequence.h"

// BERT (Devlin et al. 2018) and its relatives (BertKind) as transformers' classes of these names, from ids [1, L]
// int64, with "token_types" [1, L] beside them. No weights are read until a layer is made.
namespace fanlight {

/// To the logits [1, 1, labels].
std::vector<LayerPlan> bert_classifier_layers(const BertConfig& config, const Weights& weights, int64_t labels);

/// To the logits [1, N, vocabulary] of all tokens that the state's TextStep wants.
std::vector<LayerPlan> bert_masked_layers(const BertConfig& config, const Weights& weights);

}  // namespace fanlight
