#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/models/unet_layers.h"

namespace fanlight {

/// The denoising network of Stable Diffusion 1.x, 2.x and XL (names and semantics of diffusers' class), as a sequence
/// of named layers over a small state: forward() runs all of them; cut anywhere they become the stages of a pipeline.
/// Const, any thread.
class UNet2DConditionModel {
public:
    /// Takes the weights of the layers in the range. Throws Error naming the key of the config, or the tensor.
    UNet2DConditionModel(const Weights& weights, const Json& config, LayerRange range = LayerRange::all());

    /// The layers in this process. The first one starts from unet_input(); the last one leaves the output as the hidden
    /// tensor.
    const LayerSequence& layers() const { return layers_; }

    /// The whole network. x: [B, in_channels, h, w]; guidance: [B] scales, for networks with guidance_width() only.
    /// Returns [B, out_channels, h, w].
    at::Tensor forward(const at::Tensor& x, double timestep, const Conditioning& conditioning,
                       const at::Tensor& guidance = {}) const;

    int64_t in_channels() const { return config_.in_channels; }
    int64_t context_dim() const { return config_.down_blocks.front().context_dim; }
    int64_t guidance_width() const { return config_.guidance_width; }
    const UNetConfig& config() const { return config_; }

private:
    UNetConfig config_;
    LayerSequence layers_;
};

}  // namespace fanlight
