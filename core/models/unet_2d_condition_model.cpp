#include "core/models/unet_2d_condition_model.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/models/fetched_layers.h"

namespace fanlight {

UNet2DConditionModel::UNet2DConditionModel(const Weights& weights, const Json& config)
    : UNet2DConditionModel(weights, config, LayerRange{}) {}

UNet2DConditionModel::UNet2DConditionModel(const Weights& weights, const Json& config, LayerRange range)
    : config_(config) {
    const std::vector<UNetLayerPlan> plans = plan_layers(config_, weights);
    const auto fetched = std::make_shared<FetchedLayers>(weights.device());
    for (size_t i = 0; i < plans.size(); ++i) {
        const auto& [name, skip, make] = plans[i];
        if (i < range.first || i >= range.last)
            layers_elsewhere_.push_back(name);
        else
            layers_.push_back(
                {name, skip, (weights / name).any_offloaded() ? FetchedLayers::add(fetched, make) : make()});
    }
}

bool UNet2DConditionModel::belongs_to_another_stage(const std::string& key) const {
    return std::any_of(layers_elsewhere_.begin(), layers_elsewhere_.end(),
                       [&](const std::string& layer) { return key.starts_with(layer + "."); });
}

void UNet2DConditionModel::run(UNetState& state) const {
    for (const UNetLayer& layer : layers_) layer.run(state);
}

at::Tensor UNet2DConditionModel::forward(const at::Tensor& x, double timestep, const TextContext& context,
                                         const at::Tensor& guidance) const {
    UNetState state{.hidden = x, .timestep = timestep, .guidance = guidance, .context = &context};
    run(state);
    return state.hidden.to(x.device()).contiguous();
}

}  // namespace fanlight
