#include "core/models/language_layers.h"

#include <ATen/ATen.h>

namespace fanlight {

Projection projection(const Weights& w, int64_t in, int64_t out, bool has_bias) {
    return {w, has_bias ? linear(w, in, out) : linear_no_bias(w, in, out)};
}

Layer::Function token_embedding(const Weights& w, int64_t vocabulary, int64_t width, double scale) {
    const Embedding embedding(w, vocabulary, width);
    const double rounded = at::scalar_tensor(scale).to(embedding.weight.scalar_type()).item<double>();
    return [embedding, rounded](State& state) {
        state.hidden = embedding(beside(state.hidden, embedding.weight));
        if (rounded != 1) state.hidden = state.hidden * rounded;
    };
}

at::Tensor wanted_token(const State& state) {
    return state.text->wanted < 0 ? state.hidden : state.hidden.narrow(1, state.text->wanted, 1);
}

Layer::Function language_head(const Weights& w, int64_t width, const DecoderHead& head) {
    return [project = projection(w, width, head.outputs, head.has_bias), tanh = RowActivation("tanh"),
            cap = head.cap](State& state) {
        if (state.text->wanted < 0) return;
        const at::Tensor logits = project(state.hidden);
        state.hidden = cap > 0 ? tanh(logits / cap) * cap : logits;
    };
}

}  // namespace fanlight
