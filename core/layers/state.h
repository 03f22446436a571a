#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "core/layers/conditioning.h"
#include "core/layers/named_tensors.h"

namespace fanlight {

/// What layers keep of a micro-batch between evaluations, where they run, by names of their own: the keys and values of
/// a text. It never travels. For one thread.
using Memory = std::unordered_map<std::string, std::vector<at::Tensor>>;

/// What travels through a network from layer to layer, and with it from device to device and from stage to stage: the
/// hidden tensor, and beside it whatever layers leave for later ones and inputs leave for layers (a time embedding, the
/// skips of a UNet, a second stream, positions), each under a name that the network's layers agree on. A layer may
/// run again from a copy: it puts other tensors in the place of these, and never writes into them.
struct State {
    at::Tensor hidden;
    NamedTensors named;

    // What does not travel with each evaluation: every stage has its own.

    const Conditioning* conditioning = nullptr;
    Memory* memory = nullptr;
};

/// What travels of a state: `hidden` and the named ones.
NamedTensors packed(const State& state);
State unpacked_state(NamedTensors tensors);

}  // namespace fanlight
