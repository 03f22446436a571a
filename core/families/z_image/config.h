#pragma once

#include <cstdint>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// transformer/config.json of diffusers' ZImageTransformer2DModel (Z-Image, Cai et al. 2025). Throws Error naming the
/// key, the value and what is supported.
struct ZImageConfig {
    explicit ZImageConfig(const Json& json);

    int64_t channels;                ///< of latents
    int64_t width, heads, head_dim;  ///< of tokens
    int64_t layers, refiner_layers;
    int64_t text_width;  ///< of what the text encoder gives
    double eps, rope_theta, time_scale;
    std::vector<int64_t> axes;  ///< of each head, the numbers that turn with the caption's token, the row, the column

    int64_t mlp_width() const { return static_cast<int64_t>(static_cast<double>(width) / 3 * 8); }
    /// Of the timestep's embedding, from which each block takes its scales and gates.
    int64_t time_width() const { return width < 256 ? width : 256; }
    /// Of a token of the picture.
    int64_t patch_width() const { return patch * patch * channels; }

    static constexpr int64_t patch = 2;  ///< side of the square of latents that is a token
    static constexpr int64_t sinusoids = 256, time_mid_width = 1024;
};

/// What the published models' schedulers shift the levels of noise by: the base model spends more of its steps on
/// strong noise.
inline constexpr double z_image_turbo_shift = 3, z_image_base_shift = 6;

/// Captions and pictures are filled up to a multiple of so many tokens.
inline constexpr int64_t z_image_fill = 32;

inline int64_t filled(int64_t tokens) { return (tokens + z_image_fill - 1) / z_image_fill * z_image_fill; }

}  // namespace fanlight
