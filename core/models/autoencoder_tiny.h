#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/families/parts/autoencoder_tiny_config.h"
#include "core/layers/layers.h"

namespace fanlight {

/// A small picture decoder (TAESD; names of diffusers' AutoencoderTiny; only the half that turns latents into pixels).
class AutoencoderTiny {
public:
    AutoencoderTiny(const Weights& weights, const AutoencoderTinyConfig& config);
    AutoencoderTiny(const Weights& weights, const Json& config)
        : AutoencoderTiny(weights, AutoencoderTinyConfig(config)) {}

    /// The sampler's final latents, [B, latent_channels, h, w] -> [B, 3, factor*h, factor*w], about -1..1.
    at::Tensor decode(const at::Tensor& latents) const;

    int64_t latent_channels() const { return config_.latent_channels; }
    int64_t factor() const { return config_.factor(); }

private:
    /// One convolution, or a block of three with a residual connection.
    struct Layer {
        bool follows_up;
        std::vector<Conv2d> convs;
    };
    AutoencoderTinyConfig config_;
    std::vector<Layer> layers_;
};

}  // namespace fanlight
