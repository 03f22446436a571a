#pragma once

#include <string>

#include "core/layers/layer_sequence.h"
#include "core/layers/layers.h"

// The first and last layers of decoders.
namespace fanlight {

/// The linear layer at a decoder's end: "lm_head" to the vocabulary, "score" to the labels.
struct DecoderHead {
    std::string name;
    int64_t outputs = 1;
    bool has_bias = false;
    double cap = 0;  ///< unless it is 0, a logit l becomes cap * tanh(l / cap)
};

/// A linear layer of a decoder that may have a bias.
Projection projection(const Weights& w, int64_t in, int64_t out, bool has_bias);

/// Where a language model's vocabulary matrix is while the model works. On a CPU it is on the host in any case.
enum class VocabularyPlace {
    OnDevice,
    OnHost,  ///< only the tokens' rows go to the device; the ids are on the CPU, or are brought there
};

/// ids [R, L] int64 -> [R, L, width], times `scale` as the weights' dtype holds it.
Layer::Function token_embedding(const Weights& w, int64_t vocabulary, int64_t width, double scale = 1,
                                VocabularyPlace place = VocabularyPlace::OnDevice);

/// Of the hidden tensor [R, L, width], the token whose logits are wanted: [R, 1, width]; all if there is none. Of a
/// text that is scored, the N tokens whose successors' log-probabilities are wanted: [1, N, width].
at::Tensor wanted_token(const State& state);

/// Of the tokens that wanted_token() chose: [R, 1, width] -> logits [R, 1, outputs], or of a text that is scored
/// [1, N, width] -> log-probabilities [1, N, S] float32 of the S tokens after each that the step names. Leaves the
/// state as it is if no token's logits are wanted.
Layer::Function language_head(const Weights& w, int64_t width, const DecoderHead& head);

}  // namespace fanlight
