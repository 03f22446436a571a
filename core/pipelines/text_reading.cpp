#include "core/pipelines/text_reading.h"

#include <ATen/ATen.h>

#include "core/weights/transfer.h"

namespace fanlight {

void TextReading::prepare(size_t evaluation, State& state) {
    state.text = std::make_shared<const TextStep>(step_of(evaluation));
}

State TextReading::enter(size_t, NamedTensors input) {
    State state{.hidden = input.take("ids")};
    state.named = std::move(input);
    return state;
}

std::optional<NamedTensors> TextReading::take(size_t evaluation, State state) {
    found_.push_back(kept(evaluation, state.hidden));
    return found_.size() < evaluations() ? std::optional(input_of(found_.size())) : std::nullopt;
}

at::Tensor ids_on(const std::vector<int64_t>& ids, at::Device device) {
    return to_device(at::tensor(ids, at::kLong).view({1, -1}), device);
}

}  // namespace fanlight
