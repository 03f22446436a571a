#include "core/models/language_layers.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/families/parts/decoder_costs.h"
#include "core/weights/transfer.h"

namespace fanlight {

Projection projection(const Weights& w, int64_t in, int64_t out, bool has_bias) {
    return {w, linear_as_stored(w, in, out, has_bias)};
}

Layer::Function token_embedding(const Weights& w, int64_t vocabulary, int64_t width, double scale,
                                VocabularyPlace place) {
    const at::Device device = w.device_of("weight");
    const double rounded = at::scalar_tensor(scale).to(w.placement().dtype).item<double>();
    const auto scaled = [rounded](const at::Tensor& x) { return rounded == 1 ? x : x * rounded; };
    if (place == VocabularyPlace::OnDevice && !device.is_cpu())
        return [embedding = Embedding(w, vocabulary, width), scaled](State& state) {
            state.hidden = scaled(embedding(beside(state.hidden, embedding.weight)));
        };
    return [rows = w.take_rows("weight", {vocabulary, width}), device, scaled](State& state) {
        state.hidden = scaled(to_device(rows(state.hidden.cpu()), device));
    };
}

at::Tensor wanted_token(const State& state) {
    const TextStep& step = *state.text;
    if (step.wanted < 0) return state.hidden;
    return state.hidden.narrow(1, step.wanted, step.scored.empty() ? 1 : step.length - step.wanted);
}

namespace {

/// [1, N, S] float32.
at::Tensor log_probabilities(const TextStep& step, const at::Tensor& hidden, const auto& logits_of) {
    const int64_t tokens = hidden.size(1);
    std::vector<at::Tensor> found;
    for (int64_t first = 0; first < tokens; first += scored_at_a_time) {
        const int64_t count = std::min(scored_at_a_time, tokens - first);
        const at::Tensor all = logits_of(hidden.narrow(1, first, count)).to(at::kFloat).log_softmax(-1);
        const at::Tensor& scored = step.once("scored", all.device(), [&] {
            return at::tensor(step.scored, at::kLong).view({1, tokens, -1});
        });
        found.push_back(all.gather(-1, scored.narrow(1, first, count)));
    }
    return at::cat(found, 1);
}

}  // namespace

Layer::Function language_head(const Weights& w, int64_t width, const DecoderHead& head) {
    return [project = projection(w, width, head.outputs, head.has_bias), tanh = RowActivation("tanh"),
            cap = head.cap](State& state) {
        const TextStep& step = *state.text;
        if (step.wanted < 0) return;
        const auto logits_of = [&](const at::Tensor& hidden) {
            const at::Tensor logits = project(hidden);
            return cap > 0 ? tanh(logits / cap) * cap : logits;
        };
        state.hidden = step.scored.empty() ? logits_of(state.hidden) : log_probabilities(step, state.hidden, logits_of);
    };
}

}  // namespace fanlight
