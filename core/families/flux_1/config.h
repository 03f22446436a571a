#pragma once

#include <cstdint>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// transformer/config.json of diffusers' FluxTransformer2DModel (FLUX.1, Black Forest Labs 2024). Throws Error naming
/// the key, the value and what is supported.
struct Flux1Config {
    explicit Flux1Config(const Json& json);

    int64_t channels;  ///< of latents
    int64_t heads, head_dim;
    int64_t layers, single_layers;  ///< blocks with a stream each for text and picture, and with one for both
    int64_t text_width;             ///< of what T5 gives of each token
    int64_t pooled_width;           ///< of the text as one vector
    bool takes_guidance;            ///< the guidance scale is an input
    std::vector<int64_t> axes;      ///< of each head, the numbers that turn with the text's token, row and column

    int64_t token() const { return channels * patch * patch; }  ///< numbers of a picture's token
    int64_t width() const { return heads * head_dim; }
    int64_t mlp_width() const { return mlp_ratio * width(); }

    static constexpr int64_t patch = 2;  ///< side of a token, in latents
    static constexpr int64_t mlp_ratio = 4;
    static constexpr int64_t sinusoids = 256;  ///< of the timestep, and of the guidance scale
    static constexpr double eps = 1e-6;
    static constexpr double rope_theta = 10000;
};

/// The usual scales of what Black Forest Labs and Krea have trained.
inline constexpr double flux_1_dev_guidance = 3.5, flux_1_krea_guidance = 4.5;

}  // namespace fanlight
