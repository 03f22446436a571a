#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/layers/conditioning.h"
#include "core/layers/named_tensors.h"
#include "core/layers/text_step.h"

namespace fanlight {

/// What layers remember of a micro-batch between evaluations, under names of their own: the keys and values of a text.
/// It stays in the layers' process. For one thread.
using Memory = std::unordered_map<std::string, std::vector<at::Tensor>>;

/// What passes through a network from layer to layer, across devices and stages: the hidden tensor, and whatever the
/// input or a layer provides for later layers (a time embedding, skips, a second stream, positions), each under a name
/// that the network's layers agree on. A layer may be run again from a copy, so layers replace these tensors and never
/// write into them.
struct State {
    at::Tensor hidden;
    NamedTensors named;

    // Not sent with each evaluation: every stage has its own.

    const Conditioning* conditioning = nullptr;
    Memory* memory = nullptr;
    std::shared_ptr<const TextStep> text;  ///< of a language model
};

/// The tensors of a state that are sent: `hidden` and the named ones.
NamedTensors packed(const State& state);
State unpacked_state(NamedTensors tensors);

/// `count` rows of a state from `first` on, as views. A tensor has rows if its first dimension is as long as that of
/// `hidden`; any other one, such as a timestep, is for all rows. Without conditioning and memory, which have rows of
/// their own.
State rows_of(const State& state, int64_t first, int64_t count);

/// The same on another device. Numbers of the host stay there, if `hidden` is not on the host itself.
State on_device(State state, at::Device device);

}  // namespace fanlight
