#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "core/base/json.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/models/resnet.h"

namespace fanlight {

/// The picture decoder of Stable Diffusion (names of diffusers' AutoencoderKL; only the half that turns latents into
/// pixels).
class AutoencoderKL {
public:
    AutoencoderKL(const Weights& weights, const AutoencoderConfig& config);
    AutoencoderKL(const Weights& weights, const Json& config) : AutoencoderKL(weights, AutoencoderConfig(config)) {}

    /// The sampler's final latents, [B, latent_channels, h, w] -> [B, 3, factor*h, factor*w], about -1..1. `shift` is
    /// added to them once they are scaled.
    at::Tensor decode(const at::Tensor& latents, double shift = 0) const;

    int64_t latent_channels() const { return latent_channels_; }
    int64_t factor() const { return int64_t{1} << (up_blocks_.size() - 1); }

private:
    /// Single-head attention over all pixels, with a residual connection.
    struct Attention {
        Attention(const Weights& w, int64_t channels, int64_t groups);
        at::Tensor operator()(const at::Tensor& x) const;
        GroupNorm group_norm;
        Linear to_q, to_k, to_v, to_out;
    };
    struct UpBlock {
        std::vector<ResnetBlock2D> resnets;
        std::optional<Upsample2D> upsampler;
    };

    int64_t latent_channels_;
    double scaling_factor_;
    std::optional<Conv2d> post_quant_conv_;
    std::vector<ResnetBlock2D> mid_resnets_;
    std::optional<Attention> mid_attention_;
    std::vector<UpBlock> up_blocks_;
    std::optional<Conv2d> conv_in_, conv_out_;
    std::optional<GroupNorm> conv_norm_out_;
};

}  // namespace fanlight
