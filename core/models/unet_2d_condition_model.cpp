#include "core/models/unet_2d_condition_model.h"

#include <ATen/ATen.h>

namespace fanlight {

UNet2DConditionModel::UNet2DConditionModel(const Weights& weights, const Json& config, LayerRange range)
    : config_(config), layers_(unet_layers(config_, weights), weights, range) {}

at::Tensor UNet2DConditionModel::forward(const at::Tensor& x, double timestep, const Conditioning& conditioning,
                                         const at::Tensor& guidance) const {
    State state = unet_input(x, timestep, guidance);
    Memory memory;
    state.conditioning = &conditioning;
    state.memory = &memory;
    layers_.run(state);
    return state.hidden.to(x.device()).contiguous();
}

}  // namespace fanlight
