#include "core/models/language_layers.h"

#include <ATen/ATen.h>

#include "core/layers/layers.h"

namespace fanlight {

Layer::Function token_embedding(const Weights& w, int64_t vocabulary, int64_t width) {
    return [embedding = Embedding(w, vocabulary, width)](State& state) {
        state.hidden = embedding(beside(state.hidden, embedding.weight));
    };
}

at::Tensor wanted_token(const State& state) {
    return state.text->wanted < 0 ? state.hidden : state.hidden.narrow(1, state.text->wanted, 1);
}

Layer::Function language_head(const Weights& w, int64_t width, int64_t outputs) {
    return [head = Projection(w, linear_no_bias(w, width, outputs))](State& state) {
        if (state.text->wanted >= 0) state.hidden = head(state.hidden);
    };
}

}  // namespace fanlight
