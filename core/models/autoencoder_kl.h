#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "core/base/json.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/models/resnet.h"

namespace fanlight {

/// The picture decoder of Stable Diffusion and of FLUX (names of diffusers' AutoencoderKL and AutoencoderKLFlux2; only
/// the half that turns latents into pixels).
class AutoencoderKL {
public:
    AutoencoderKL(const Weights& weights, const AutoencoderConfig& config);
    AutoencoderKL(const Weights& weights, const Json& config) : AutoencoderKL(weights, AutoencoderConfig(config)) {}

    /// The sampler's final latents as the decoder takes them, in float32 if they were normalised: [B, latent_channels,
    /// h, w] -> [B, latent_channels/patch², patch*h, patch*w]
    at::Tensor unpatchified(const at::Tensor& latents) const;

    /// Those, [B, C, H, W] -> [B, 3, factor/patch*H, factor/patch*W], about -1..1. `shift` is added to them once they
    /// are scaled.
    at::Tensor decode(const at::Tensor& latents, double shift = 0) const;

    // Of the sampler's latents: see AutoencoderConfig

    int64_t latent_channels() const { return config_.sampled_channels(); }
    int64_t factor() const { return config_.factor(); }
    int64_t patch() const { return config_.patch; }

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

    AutoencoderConfig config_;
    at::Tensor mean_, deviation_;  ///< [1, latent_channels, 1, 1] float32, by which they were normalised; or undefined
    std::optional<Conv2d> post_quant_conv_;
    std::vector<ResnetBlock2D> mid_resnets_;
    std::optional<Attention> mid_attention_;
    std::vector<UpBlock> up_blocks_;
    std::optional<Conv2d> conv_in_, conv_out_;
    std::optional<GroupNorm> conv_norm_out_;
};

}  // namespace fanlight
