#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// vae/config.json, as far as its decoder needs it. Throws Error naming the file, the key and the range.
struct AutoencoderConfig {
    explicit AutoencoderConfig(const Json& json);

    std::vector<int64_t> channels;  ///< of each block, in the encoder's order
    int64_t latent_channels, layers, groups;
    double scaling_factor;  ///< of the latents, never 0
    double shift_factor;    ///< of the scaled latents, where the pipeline heeds it: Stable Diffusion's do not
    std::string activation;
    bool post_quant_conv, mid_attention;
    bool force_upcast;  ///< its numbers may exceed float16's
};

}  // namespace fanlight
