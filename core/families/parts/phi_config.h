#pragma once

#include <string>

#include "core/base/place.h"
#include "core/families/parts/rope_config.h"

namespace fanlight {

/// transformers' PhiConfig, as far as it says what the network computes.
struct PhiConfig {
    /// Throws Error naming the wrong value; `where` is the config's file.
    PhiConfig(const Json& config, const Place& where);

    int64_t vocabulary, width, layers, heads, kv_heads, head_dim, mlp_width;
    int64_t context;
    double eps;  ///< of the norms
    std::string activation;
    bool normed_heads;  ///< queries and keys are normed head by head
    RopeConfig rope;
};

}  // namespace fanlight
