#include "core/layers/state.h"

#include <ATen/ATen.h>

#include <utility>

namespace fanlight {

namespace {
const std::string hidden_name = "hidden";
}

NamedTensors packed(const State& state) {
    NamedTensors tensors{{hidden_name, state.hidden}};
    for (const auto& [name, tensor] : state.named) tensors.put(name, tensor);
    return tensors;
}

State unpacked_state(NamedTensors tensors) {
    State state{.hidden = tensors.get(hidden_name)};
    tensors.take(hidden_name);
    state.named = std::move(tensors);
    return state;
}

State rows_of(const State& state, int64_t first, int64_t count) {
    const int64_t all = state.hidden.size(0);
    State rows{.hidden = state.hidden.narrow(0, first, count)};
    for (const auto& [name, tensor] : state.named) {
        const bool has_rows = tensor.dim() > 0 && tensor.size(0) == all;
        rows.named.put(name, has_rows ? tensor.narrow(0, first, count) : tensor);
    }
    return rows;
}

State on_device(State state, at::Device device) {
    const at::Device from = state.hidden.device();
    NamedTensors moved;
    for (const auto& [name, tensor] : state.named)
        moved.put(name, tensor.device() == from ? tensor.to(device) : tensor);
    state.named = std::move(moved);
    state.hidden = state.hidden.to(device);
    return state;
}

}  // namespace fanlight
