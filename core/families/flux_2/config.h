#pragma once

#include <cstdint>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// transformer/config.json of diffusers' Flux2Transformer2DModel, as FLUX.2 klein has it (Black Forest Labs 2026). It
/// is told no guidance, whatever "guidance_embeds" says. Throws Error naming the key, the value and what is supported.
struct Flux2Config {
    explicit Flux2Config(const Json& json);

    int64_t channels;  ///< of the latents' tokens
    int64_t heads, head_dim;
    int64_t layers, single_layers;  ///< blocks with a stream each for text and picture, and with one for both
    int64_t text_width;             ///< of what the text encoder gives
    int64_t sinusoids;              ///< of the timestep
    int64_t mlp_width;
    double eps, rope_theta;
    std::vector<int64_t> axes;  ///< of each head, the numbers that turn with frame, row, column and the text's token

    int64_t width() const { return heads * head_dim; }
};

}  // namespace fanlight
