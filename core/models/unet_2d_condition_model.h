#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/models/resnet.h"
#include "core/models/transformer_2d.h"
#include "core/models/unet_config.h"

namespace fanlight {

/// What travels through the UNet from layer to layer.
struct UNetState {
    at::Tensor hidden;               ///< [B, C, h, w]
    at::Tensor temb;                 ///< [1, time_width]: all images of a micro-batch are at the same step
    double timestep = 0;
    at::Tensor guidance;             ///< [B] float32 guidance scales for a network that takes them, else undefined
    const TextContext* context = nullptr;
    std::vector<at::Tensor> skips;   ///< pushed on the way down, popped on the way up
};

/// The denoising network of Stable Diffusion 1.x and 2.x (names and semantics of diffusers' class), as a sequence of named
/// layers over a small state: whole it is forward(); cut anywhere it is the stages of a pipeline.
class UNet2DConditionModel {
public:
    UNet2DConditionModel(const Weights& weights, const Json& config);

    struct Layer {
        std::string name;  ///< the checkpoint's
        std::function<void(UNetState&)> run;
    };
    const std::vector<Layer>& layers() const { return layers_; }

    /// x: [B, in_channels, h, w]; `guidance` only for networks with guidance_width(). Returns [B, out_channels, h, w].
    at::Tensor forward(const at::Tensor& x, double timestep, const TextContext& context, const at::Tensor& guidance = {}) const;

    int64_t in_channels() const { return config_.in_channels; }
    int64_t context_dim() const { return config_.down_blocks.front().context_dim; }
    int64_t guidance_width() const { return config_.guidance_width; }

private:
    void build_time_embedding(const Weights& w);
    void build_down(const Weights& w, size_t index, int64_t in_channels);
    void build_mid(const Weights& w);
    void build_up(const Weights& w, size_t index, int64_t in_channels, int64_t previous_channels);
    ResnetBlock2DOptions resnet_options(int64_t in, int64_t out) const;
    TransformerOptions transformer_options(const UNetConfig::Block& block) const;
    void add(std::string name, std::function<void(UNetState&)> run) { layers_.push_back({std::move(name), std::move(run)}); }

    UNetConfig config_;
    Activation act_;
    std::vector<Layer> layers_;
};

}  // namespace fanlight
