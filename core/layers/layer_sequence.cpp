#include "core/layers/layer_sequence.h"

#include <algorithm>

#include "core/layers/fetched_layers.h"
#include "core/layers/taps.h"

namespace fanlight {

void Layer::run(State& state) const {
    function(state);
    tap(name, state.hidden);
}

LayerSequence::LayerSequence(const std::vector<LayerPlan>& plans, const Weights& weights, LayerRange range) {
    const auto fetched = std::make_shared<FetchedLayers>(weights.device());
    for (size_t i = 0; i < plans.size(); ++i) {
        const auto& [name, make] = plans[i];
        if (!range.contains(static_cast<int64_t>(i))) {
            names_elsewhere_.push_back(name);
        } else if ((weights / name).any_offloaded()) {
            layers_.push_back({name, FetchedLayers::add(fetched, make)});
        } else {
            layers_.push_back({name, make()});
            if (weights.placement().may_leave) plans_.push_back(plans[i]);
        }
    }
    const Weights::Placement& placement = weights.placement();
    if (placement.experiments.graphs && placement.device_map.empty() && !placement.device.is_cpu())
        recorded_ = std::make_shared<RecordedLayers>(placement.device);
}

void LayerSequence::run(State& state) const {
    if (std::exchange(has_left_, false))
        for (size_t i = 0; i < layers_.size(); ++i) layers_[i].function = plans_[i].make();
    // What a text's layers compute follows from its step, on the host: it would be recorded once for all steps.
    if (recorded_ && !state.text) return recorded_->run(layers_, state);
    for (const Layer& layer : layers_) layer.run(state);
}

void LayerSequence::leave() const {
    if (recorded_ || plans_.size() != layers_.size()) return;
    for (Layer& layer : layers_) layer.function = nullptr;
    has_left_ = true;
}

bool LayerSequence::belongs_elsewhere(const std::string& key) const {
    return std::any_of(names_elsewhere_.begin(), names_elsewhere_.end(),
                       [&](const std::string& layer) { return key.starts_with(layer + "."); });
}

}  // namespace fanlight
