#include "core/models/unet_2d_condition_model.h"

#include <ATen/ATen.h>

namespace fanlight {

UNet2DConditionModel::UNet2DConditionModel(const Weights& weights, const Json& config)
    : UNet2DConditionModel(weights, config, LayerRange{}) {}

UNet2DConditionModel::UNet2DConditionModel(const Weights& weights, const Json& config, LayerRange range)
    : config_(config) {
    const std::vector<UNetLayerPlan> plans = plan_layers(config_, weights);
    for (size_t i = range.first; i < std::min(range.last, plans.size()); ++i)
        layers_.push_back({plans[i].name, plans[i].skip, plans[i].make()});
}

void UNet2DConditionModel::run(UNetState& state) const {
    for (const UNetLayer& layer : layers_) layer.run(state);
}

at::Tensor UNet2DConditionModel::forward(const at::Tensor& x, double timestep, const TextContext& context,
                                         const at::Tensor& guidance) const {
    UNetState state{.hidden = x, .timestep = timestep, .guidance = guidance, .context = &context};
    run(state);
    return state.hidden.contiguous();
}

}  // namespace fanlight
