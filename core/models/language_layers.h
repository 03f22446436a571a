#pragma once

#include <string>

#include "core/layers/layer_sequence.h"

// The first and last layers of decoders.
namespace fanlight {

/// The linear layer at a decoder's end, without a bias: "lm_head" to the vocabulary, "score" to the labels.
struct DecoderHead {
    std::string name;
    int64_t outputs = 1;
};

/// ids [R, L] int64 -> [R, L, width]
Layer::Function token_embedding(const Weights& w, int64_t vocabulary, int64_t width);

/// Of the hidden tensor [R, L, width], the token whose logits are wanted: [R, 1, width]; all if there is none.
at::Tensor wanted_token(const State& state);

/// [R, 1, width] -> logits [R, 1, outputs]; leaves the state as it is if no token's logits are wanted.
Layer::Function language_head(const Weights& w, int64_t width, int64_t outputs);

}  // namespace fanlight
