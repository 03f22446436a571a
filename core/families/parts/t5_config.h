#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// Its positions are relative, so it has no longest prompt of its own; one that is much longer than any that it has
/// been trained with would keep the others waiting for minutes.
inline constexpr int64_t t5_context = 32768;

/// Endings of keys that some checkpoints hold besides: the encoder's embedding a second time, and a table that no layer
/// reads.
inline const std::vector<std::string> t5_harmless = {
    "encoder.embed_tokens.weight", "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"};

/// T5 1.0, T5 1.1 and Flan-T5: a transformers config, as far as it says what the network computes.
struct T5Config {
    /// Throws Error naming the wrong value; `where` is the config's file.
    T5Config(const Json& config, const Place& where);

    int64_t vocabulary, width, head_dim, mlp_width;
    int64_t layers, decoder_layers;
    int64_t heads;
    int64_t buckets, max_distance;  ///< of relative positions
    double eps;
    bool gated;
    std::string activation;
    bool scaled_output;  ///< what the decoder gives the head is multiplied by width^-0.5

    int64_t inner_width() const { return heads * head_dim; }
};

}  // namespace fanlight
