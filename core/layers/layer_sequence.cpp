#include "core/layers/layer_sequence.h"

#include <algorithm>

#include "core/layers/fetched_layers.h"
#include "core/layers/taps.h"

namespace fanlight {

void Layer::run(std::span<State> states) const {
    if (make_and_run) make_and_run(states);
    for (State& state : states) {
        if (!make_and_run) function(state);
        tap(name, state.hidden);
    }
}

namespace {

/// Unpacks its weights each time that it runs, and once now: a wrong checkpoint is refused before a run, and cards have
/// the packed weights.
Layer packed_layer(const LayerPlan& plan) {
    plan.make();
    return {plan.name, {}, [make = plan.make](std::span<State> states) {
                const Layer::Function layer = make();
                for (State& state : states) layer(state);
            }};
}

}  // namespace

LayerSequence::LayerSequence(const std::vector<LayerPlan>& plans, const Weights& weights, LayerRange range)
    : weights_(weights) {
    const auto fetched = std::make_shared<FetchedLayers>(weights.device());
    for (size_t i = 0; i < plans.size(); ++i) {
        const auto& [name, make] = plans[i];
        const Weights own = weights / name;
        if (!range.contains(static_cast<int64_t>(i))) {
            names_elsewhere_.push_back(name);
        } else if (own.any_offloaded()) {
            layers_.push_back({name, {}, FetchedLayers::add(fetched, make)});
        } else {
            layers_.push_back(own.any_packed() ? packed_layer(plans[i]) : Layer{name, make()});
            if (weights.placement().may_leave) plans_.push_back(plans[i]);
        }
    }
    const Weights::Placement& placement = weights.placement();
    if (placement.experiments.graphs && !placement.packed && placement.device_map.empty() && !placement.device.is_cpu())
        recorded_ = std::make_shared<RecordedLayers>(placement.device);
}

void LayerSequence::run(State& state) const {
    return_if_left();
    // What a text's layers compute follows from its step, on the host: it would be recorded once for all steps.
    if (recorded_ && !state.text) return recorded_->run(layers_, state);
    run({&state, 1});
}

void LayerSequence::run(std::span<State> states) const {
    return_if_left();
    for (const Layer& layer : layers_) layer.run(states);
}

void LayerSequence::return_if_left() const {
    if (!std::exchange(has_left_, false)) return;
    for (size_t i = 0; i < layers_.size(); ++i)
        if (!layers_[i].make_and_run) layers_[i].function = plans_[i].make();
}

void LayerSequence::leave() const {
    if (recorded_ || plans_.size() != layers_.size()) return;
    for (Layer& layer : layers_) layer.function = nullptr;
    weights_.leave();
    has_left_ = true;
}

bool LayerSequence::belongs_elsewhere(const std::string& key) const {
    return std::any_of(names_elsewhere_.begin(), names_elsewhere_.end(),
                       [&](const std::string& layer) { return key.starts_with(layer + "."); });
}

}  // namespace fanlight
