#include "core/layers/recorded_layers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "core/layers/layer_sequence.h"

namespace fanlight {

namespace {

constexpr size_t max_recordings = 4;  // each holds the memory of an evaluation

/// Calls back for each tensor that layers read: those that an evaluation brings, then those that stay for a
/// micro-batch.
template <typename Visit>
void each_input(const State& state, const Visit& visit) {
    visit("hidden", state.hidden, false);
    for (const auto& [name, tensor] : state.named) visit(name, tensor, false);
    const Conditioning& c = *state.conditioning;
    for (const at::Tensor* tensor : {&c.context, &c.pooled, &c.ids, &c.mask}) visit("conditioning", *tensor, true);
    std::set<std::string> names;
    for (const auto& [name, tensors] : *state.memory) names.insert(name);
    for (const std::string& name : names)
        for (const at::Tensor& tensor : state.memory->at(name)) visit(name, tensor, true);
}

std::string form_of(const State& state) {
    std::ostringstream form;
    each_input(state, [&](const std::string& name, const at::Tensor& tensor, bool) {
        form << name;
        if (tensor.defined()) form << tensor.scalar_type() << tensor.sizes() << tensor.strides();
        form << ';';
    });
    return form.str();
}

at::Tensor copy_of(const at::Tensor& tensor) { return tensor.defined() ? tensor.clone() : tensor; }

NamedTensors copy_of(const NamedTensors& tensors) {
    NamedTensors copy;
    for (const auto& [name, tensor] : tensors) copy.put(name, copy_of(tensor));
    return copy;
}

Conditioning copy_of(const Conditioning& c) {
    return {copy_of(c.context), copy_of(c.pooled), copy_of(c.ids), copy_of(c.mask)};
}

Memory copy_of(Memory memory) {
    for (auto& [name, tensors] : memory)
        for (at::Tensor& tensor : tensors) tensor = copy_of(tensor);
    return memory;
}

void run_each(std::span<const Layer> layers, State& state) {
    for (const Layer& layer : layers) layer.run(state);
}

/// What a step of a text is, its layers know as numbers of the host.
bool is_ready(const State& state) {
    return state.conditioning && state.memory && !state.memory->empty() && !state.text;
}

/// Whether layers might read a number, which a recording would keep for ever.
bool holds_numbers(const State& state) {
    bool any = false;
    each_input(state, [&](const std::string&, const at::Tensor& t, bool) { any |= t.defined() && t.is_cpu(); });
    return any;
}

}  // namespace

void RecordedLayers::run(std::span<const Layer> layers, State& state) {
    if (!is_ready(state)) return run_each(layers, state);
    for (; !layers.empty() && holds_numbers(state); layers = layers.subspan(1)) layers.front().run(state);
    if (layers.empty()) return;
    Recording* recording = recording_of(layers, state);
    if (!recording) return run_each(layers, state);
    if (!recording->graph) record(*recording, layers, state);
    replay(*recording, state);
}

/// nullptr the first time.
RecordedLayers::Recording* RecordedLayers::recording_of(std::span<const Layer> layers, const State& state) {
    const std::string form = layers.front().name + ": " + form_of(state);
    const auto found =
        std::find_if(recordings_.begin(), recordings_.end(), [&](const Recording& r) { return r.form == form; });
    if (found != recordings_.end()) {
        std::rotate(found, found + 1, recordings_.end());
        return &recordings_.back();
    }
    if (recordings_.size() == max_recordings) recordings_.erase(recordings_.begin());
    recordings_.emplace_back().form = form;
    return nullptr;
}

void RecordedLayers::record(Recording& recording, std::span<const Layer> layers, const State& state) const {
    const Conditioning conditioning = copy_of(*state.conditioning);
    Memory memory = copy_of(*state.memory);
    State own = unpacked_state(copy_of(packed(state)));
    own.conditioning = &conditioning;
    own.memory = &memory;
    each_input(own, [&](const std::string&, const at::Tensor& tensor, bool) { recording.inputs.push_back(tensor); });
    recording.filled_from.resize(recording.inputs.size());
    recording.graph = accelerator().new_graph(device_.index());
    recording.graph->record([&] { run_each(layers, own); });
    recording.output = packed(own);
}

void RecordedLayers::replay(Recording& recording, State& state) const {
    size_t next = 0;
    each_input(state, [&](const std::string&, const at::Tensor& tensor, bool stays) {
        const size_t i = next++;
        if (!tensor.defined() || (stays && tensor.is_same(recording.filled_from[i]))) return;
        recording.inputs[i].copy_(tensor, /*non_blocking=*/true);
        if (stays) recording.filled_from[i] = tensor;
    });
    recording.graph->replay();
    State output = unpacked_state(copy_of(recording.output));  // the next replay overwrites it
    state.hidden = std::move(output.hidden);
    state.named = std::move(output.named);
}

}  // namespace fanlight
