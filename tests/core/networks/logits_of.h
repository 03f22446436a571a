#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/networks/networks.h"
#include "core/pipelines/text_schedule.h"
#include "tests/core/networks/texts_of.h"

namespace fanlight {

/// The layers of a language model, run by hand.
class LanguageLayers {
public:
    explicit LanguageLayers(const std::string& name, const Weights::Placement& placement = {})
        : folder_(language_model(name)),
          plans_(network_half(folder_.family()).probe(folder_, placement, {.tokens = 2}).layers),
          layers_(plans_, folder_.weights("model", placement)) {}

    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const LayerPlan& plan : plans_) names.push_back(plan.name);
        return names;
    }

    /// Texts that continue as given, whatever the model says.
    struct Text {
        std::vector<int64_t> prompt, next;
    };

    /// For each text the logits [1 + next, vocabulary] after its prompt and after each token that follows. Texts have
    /// equally many of these.
    std::vector<at::Tensor> logits_of(const std::vector<Text>& texts, int64_t slots, int64_t context) const {
        std::vector<TextLengths> lengths;
        for (const Text& text : texts)
            lengths.push_back({static_cast<int64_t>(text.prompt.size()), static_cast<int64_t>(text.next.size()) + 1});
        const TextSchedule schedule(lengths, slots, context);
        Memory memory;
        std::vector<std::vector<at::Tensor>> logits(texts.size());
        size_t evaluation = 0;
        for (const TextSchedule::Piece& piece : schedule.pieces()) {
            const auto& prompt = texts[static_cast<size_t>(piece.row)].prompt;
            std::vector<int64_t> ids(prompt.begin() + piece.start, prompt.begin() + piece.start + piece.tokens);
            ids.resize(static_cast<size_t>(piece.length));
            const at::Tensor made = run(ids, 1, schedule.step(evaluation++), memory);
            if (piece.last) logits[static_cast<size_t>(piece.row)].push_back(made.view({-1}));
        }
        for (size_t i = 0; i < texts.front().next.size(); ++i) {
            std::vector<int64_t> ids;
            for (const Text& text : texts) ids.push_back(text.next[i]);
            ids.resize(static_cast<size_t>(slots));
            const at::Tensor made = run(ids, slots, schedule.step(evaluation++), memory);
            for (size_t row = 0; row < texts.size(); ++row)
                logits[row].push_back(made[static_cast<int64_t>(row)].view({-1}));
        }
        std::vector<at::Tensor> stacked;
        for (const auto& rows : logits) stacked.push_back(at::stack(rows));
        return stacked;
    }

private:
    at::Tensor run(const std::vector<int64_t>& ids, int64_t rows, TextStep step, Memory& memory) const {
        State state{.hidden = at::tensor(ids, at::kLong).view({rows, -1})};
        state.memory = &memory;
        state.text = std::make_shared<const TextStep>(std::move(step));
        layers_.run(state);
        return state.hidden;
    }

    ModelFolder folder_;
    std::vector<LayerPlan> plans_;
    LayerSequence layers_;
};

}  // namespace fanlight
