#pragma once

#include "core/base/json.h"

namespace fanlight {

/// transformers' GPT2Config, as far as it says what the network computes.
struct GPT2Config {
    /// Throws Error naming the wrong value; `where` is the config's file.
    GPT2Config(const Json& config, const Place& where);

    int64_t vocabulary, context;  ///< tokens
    int64_t width, layers, heads, mlp_width;
    double eps;  ///< of the norms
    std::string activation;
    bool scaled;           ///< scores are divided by the square root of a head's width
    bool scaled_by_layer;  ///< and by the layer's number, counted from 1

    int64_t head_dim() const { return width / heads; }
    /// Of the attention's scores.
    double scale(int64_t layer) const;
};

}  // namespace fanlight
