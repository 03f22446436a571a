#pragma once

#include <ATen/core/Tensor.h>

#include <limits>
#include <string>
#include <vector>

#include "core/models/unet_layers.h"

namespace fanlight {

/// The denoising network of Stable Diffusion 1.x and 2.x (names and semantics of diffusers' class), as a sequence of
/// named layers over a small state: whole it is forward(); cut anywhere it is the stages of a pipeline. Const, any
/// thread.
class UNet2DConditionModel {
public:
    /// Layers from `first` up to `last`, which is no longer among them: one stage's share.
    struct LayerRange {
        size_t first = 0;
        size_t last = std::numeric_limits<size_t>::max();
    };

    /// Takes the weights of all layers, or of those of one stage. Throws Error naming the key of the config, or the
    /// tensor.
    UNet2DConditionModel(const Weights& weights, const Json& config);
    UNet2DConditionModel(const Weights& weights, const Json& config, LayerRange range);

    const std::vector<UNetLayer>& layers() const { return layers_; }

    /// Runs the layers that are here.
    void run(UNetState& state) const;

    /// The whole network. x: [B, in_channels, h, w]; guidance: [B] scales, for networks with guidance_width() only.
    /// Returns [B, out_channels, h, w].
    at::Tensor forward(const at::Tensor& x, double timestep, const TextContext& context,
                       const at::Tensor& guidance = {}) const;

    /// A key of the checkpoint that is no tensor of a layer here, but of one elsewhere.
    bool belongs_to_another_stage(const std::string& key) const;

    int64_t in_channels() const { return config_.in_channels; }
    int64_t context_dim() const { return config_.down_blocks.front().context_dim; }
    int64_t guidance_width() const { return config_.guidance_width; }

private:
    UNetConfig config_;
    std::vector<UNetLayer> layers_;
    std::vector<std::string> layers_elsewhere_;  ///< names
};

}  // namespace fanlight
