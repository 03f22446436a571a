#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "core/models/transformer_2d.h"
#include "core/models/unet_config.h"

namespace fanlight {

/// What travels through the UNet from layer to layer.
struct UNetState {
    at::Tensor hidden;  ///< [B, C, h, w]
    at::Tensor temb;    ///< [1 or B, time_width]; one row where all images are at the same step and guidance
    double timestep = 0;
    at::Tensor guidance;  ///< [B] float32 guidance scales for a network that takes them, else undefined
    const TextContext* context = nullptr;
    std::vector<at::Tensor> skips;  ///< pushed on the way down, popped on the way up
};

/// One named step of the network; const, any thread.
struct UNetLayer {
    /// Push: the result is kept for the way up. Pop: what was kept is put beside the input, channel by channel.
    enum class Skip { None, Push, Pop };
    using Function = std::function<void(UNetState&)>;

    std::string name;  ///< the checkpoint's
    Skip skip;
    Function function;

    void run(UNetState& state) const;
};

/// A layer that has yet to take its weights.
struct UNetLayerPlan {
    std::string name;
    UNetLayer::Skip skip;
    std::function<UNetLayer::Function()> make;
};

/// All layers in the order in which they run.
std::vector<UNetLayerPlan> plan_layers(const UNetConfig& config, const Weights& weights);

}  // namespace fanlight
