#include "core/pipelines/text_encoder.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/pipelines/load_component.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

std::string config_file(const ModelFolder& folder, const std::string& component) {
    return folder.files().place_of(component) + "/config.json";
}

TextEncoderLayers network_of(const ModelFolder& folder, const std::string& component, const Weights& weights,
                             const std::vector<int64_t>& states) {
    if (states.empty()) throw Error("A text encoder of which no hidden state is wanted has nothing to compute");
    return text_encoder_layers(folder.config(component), config_file(folder, component), weights, states);
}

/// ids, positions: [L] int64, seen: [L] bool; positions may be undefined.
TextStep step_of(const at::Tensor& ids, const at::Tensor& seen, const at::Tensor& positions) {
    TextStep step;
    const int64_t last = positions.defined() ? positions.max().item<int64_t>() : ids.size(0) - 1;
    step.rows = {{.slot = 0, .start = 0, .capacity = ids.size(0), .longest = last + 1}};
    step.length = ids.size(0);
    step.wanted = -1;
    step.last_position = last;
    // Where nothing is padding, there is no mask, and kernels may be the faster ones.
    if (!seen.all().item<bool>()) step.seen = seen;
    step.placed = positions;
    step.encodes = true;
    return step;
}

void check_sizes(const PaddedTexts& texts) {
    const auto fits = [&](const at::Tensor& tensor, at::ScalarType dtype) {
        return tensor.defined() && tensor.scalar_type() == dtype && tensor.device().is_cpu() &&
               tensor.sizes() == texts.ids.sizes();
    };
    const bool fit = texts.ids.dim() == 2 && texts.ids.numel() > 0 && fits(texts.ids, at::kLong) &&
                     fits(texts.mask, at::kBool) && (!texts.positions.defined() || fits(texts.positions, at::kLong));
    if (!fit) throw Error("A text encoder takes ids, a mask and positions of one shape, [texts, tokens]");
    if (texts.positions.defined() && texts.positions.min().item<int64_t>() < 0)
        throw Error("A text encoder takes positions from 0 on");
}

}  // namespace

PaddedTexts padded(const std::vector<std::vector<int64_t>>& texts, int64_t length, int64_t pad_id, PaddingSide side) {
    const auto rows = static_cast<int64_t>(texts.size());
    PaddedTexts made{at::full({rows, length}, pad_id, at::kLong), at::zeros({rows, length}, at::kBool)};
    for (int64_t i = 0; i < rows; ++i) {
        const auto& text = texts[static_cast<size_t>(i)];
        const auto tokens = static_cast<int64_t>(text.size());
        if (tokens > length)
            throw Error("A text of %1 tokens is longer than the %2 that the text encoder is given; shorten it.", tokens,
                        length);
        const int64_t first = side == PaddingSide::Left ? length - tokens : 0;
        made.ids[i].narrow(0, first, tokens).copy_(at::tensor(text, at::kLong));
        made.mask[i].narrow(0, first, tokens).fill_(true);
    }
    return made;
}

at::Tensor counted_positions(const at::Tensor& mask) { return (mask.to(at::kLong).cumsum(-1) - 1).clamp_min(0); }

TextEncoder::TextEncoder(const ModelFolder& folder, const std::string& component, const Weights::Placement& placement,
                         const std::vector<int64_t>& states)
    : TextEncoder(folder, component, folder.weights(component, placement), states) {}

TextEncoder::TextEncoder(const ModelFolder& folder, const std::string& component, const Weights& weights,
                         const std::vector<int64_t>& states)
    : TextEncoder(folder, component, weights, network_of(folder, component, weights, states)) {}

TextEncoder::TextEncoder(const ModelFolder& folder, const std::string& component, const Weights& weights,
                         const TextEncoderLayers& network)
    : where_(folder.files().place_of(component)),
      device_(weights.device()),
      layers_(network.layers, weights, network.needed),
      names_(network.names),
      vocabulary_(network.vocabulary),
      context_(network.context),
      width_(network.width) {
    check_complete(weights, [&](const std::string& key) {
        return layers_.belongs_elsewhere(key) ||
               std::any_of(network.harmless.begin(), network.harmless.end(),
                           [&](const std::string& ending) { return key.ends_with(ending); });
    });
}

std::vector<at::Tensor> TextEncoder::hidden_states(const PaddedTexts& texts) const {
    check_sizes(texts);
    if (texts.ids.size(1) > context_)
        throw Error("%1: the texts have %2 tokens with their padding, and the text encoder reads %3; shorten them.",
                    where_, texts.ids.size(1), context_);
    const auto [least, most] = texts.ids.aminmax();
    if (least.item<int64_t>() < 0 || most.item<int64_t>() >= vocabulary_)
        throw Error(
            "%1: the text encoder knows the tokens 0 to %2, and the texts have others; the tokenizer belongs to "
            "another model.",
            where_, vocabulary_ - 1);
    std::vector<Memory> memories(static_cast<size_t>(texts.ids.size(0)));
    std::vector<State> texts_read;
    for (int64_t i = 0; i < texts.ids.size(0); ++i) {
        const at::Tensor positions = texts.positions.defined() ? texts.positions[i] : at::Tensor();
        State& state = texts_read.emplace_back(State{.hidden = texts.ids.narrow(0, i, 1)});
        state.memory = &memories[static_cast<size_t>(i)];
        state.text = std::make_shared<const TextStep>(step_of(texts.ids[i], texts.mask[i], positions));
    }
    layers_.run(texts_read);
    std::vector<at::Tensor> states;
    for (const std::string& name : names_) {
        std::vector<at::Tensor> rows;
        for (const State& state : texts_read) rows.push_back(state.named.get(name).to(device_));
        states.push_back(at::cat(rows));
    }
    return states;
}

}  // namespace fanlight
