#pragma once

#include <cstdint>
#include <string>

#include "core/base/json.h"

namespace fanlight {

/// text_encoder/config.json of CLIP's text encoder. Throws Error naming the file, the key and the range.
struct ClipConfig {
    explicit ClipConfig(const Json& json);

    int64_t vocabulary, width, mlp_width, layers, heads;
    int64_t positions;  ///< the longest text, in tokens
    double eps;
    std::string activation;
    bool uses_attention_mask;
};

}  // namespace fanlight
