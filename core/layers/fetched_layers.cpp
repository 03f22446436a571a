#include "core/layers/fetched_layers.h"

#include <ATen/ATen.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace fanlight {

namespace {

c10::Stream current_stream(at::Device device) { return c10::impl::VirtualGuardImpl(device.type()).getStream(device); }

}  // namespace

Layer::Function FetchedLayers::fetch(size_t index) {
    const c10::InferenceMode inference;
    if (device_.is_cpu()) return makes_[index]();
    if (!beside_) beside_ = c10::impl::VirtualGuardImpl(device_.type()).getStreamFromGlobalPool(device_, false);
    const c10::StreamGuard beside_the_others(*beside_);
    Layer::Function layer = makes_[index]();
    beside_->synchronize();
    return layer;
}

std::function<void(std::span<State>)> FetchedLayers::add(const std::shared_ptr<FetchedLayers>& layers,
                                                         Layer::Make make) {
    make();  // so that a wrong checkpoint is refused now, not during a run
    layers->makes_.push_back(std::move(make));
    return [layers, index = layers->makes_.size() - 1](std::span<State> states) { layers->run(index, states); };
}

void FetchedLayers::begin_to_fetch(size_t index) {
    next_ = index;
    fetching_ = std::async(std::launch::async, [this, index] { return fetch(index); });
}

void FetchedLayers::run(size_t index, std::span<State> states) {
    const std::lock_guard lock(mutex_);
    if (!fetching_.valid() || next_ != index) {
        if (fetching_.valid()) fetching_.wait();
        begin_to_fetch(index);
    }
    const Layer::Function layer = fetching_.get();
    if (makes_.size() > 1) begin_to_fetch((index + 1) % makes_.size());
    for (State& state : states) layer(state);
    // The weights' memory will be reused for the next layer: nothing may still be reading it.
    if (!device_.is_cpu()) current_stream(device_).synchronize();
}

}  // namespace fanlight
