#pragma once

#include "core/base/json.h"

namespace fanlight {

/// transformers' BertConfig, as far as it says what the network computes.
struct BertConfig {
    /// Throws Error naming the wrong value; `where` is the config's file.
    BertConfig(const Json& config, const std::string& where);

    int64_t vocabulary, context, types;  ///< tokens, positions, kinds of text
    int64_t width, layers, heads, mlp_width;
    double eps;  ///< of the norms
    std::string activation;
};

}  // namespace fanlight
