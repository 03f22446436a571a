#include "core/layers/state.h"

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

}  // namespace fanlight
