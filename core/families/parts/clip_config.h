#pragma once

#include <cstdint>
#include <string>

#include "core/base/json.h"

namespace fanlight {

/// config.json of CLIP's text encoder. Throws Error naming the file, the key and the range.
struct ClipConfig {
    /// `where`: the file, for messages.
    explicit ClipConfig(const Json& json, const std::string& where = "text_encoder/config.json");

    int64_t vocabulary, width, mlp_width, layers, heads;
    int64_t positions;  ///< the longest text, in tokens
    double eps;
    std::string activation;
    bool uses_attention_mask;
    int64_t projection;  ///< width of a text as one vector
    int64_t end_id;      ///< of the token at which it is read
};

}  // namespace fanlight
