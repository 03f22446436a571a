#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// vae/config.json of diffusers' AutoencoderKL or AutoencoderKLFlux2, as far as its decoder needs it. Throws Error
/// naming the file, the key and the range.
struct AutoencoderConfig {
    explicit AutoencoderConfig(const Json& json);

    std::vector<int64_t> channels;  ///< of each block, in the encoder's order
    int64_t latent_channels, layers, groups;
    /// AutoencoderKLFlux2: samplers see squares of so many latents as the channels of one, and each of these channels
    /// with mean 0 and deviation 1. Else 1.
    int64_t patch;
    double batch_norm_eps;  ///< of those deviations
    double scaling_factor;  ///< of the latents, never 0
    double shift_factor;    ///< of the scaled latents, where the pipeline heeds it: Stable Diffusion's do not
    std::string activation;
    bool post_quant_conv, mid_attention;
    bool force_upcast;  ///< its numbers may exceed float16's

    /// Pixels of the picture in each direction of one of the decoder's latents.
    int64_t upscaling() const { return int64_t{1} << (channels.size() - 1); }

    // Of latents as samplers see them

    int64_t sampled_channels() const { return latent_channels * patch * patch; }
    int64_t factor() const { return upscaling() * patch; }
};

}  // namespace fanlight
