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

    /// For each text the logits [1 + next, vocabulary] after its prompt and after each token that follows.
    std::vector<at::Tensor> logits_of(const std::vector<Text>& texts, int64_t slots, int64_t context,
                                      bool leaves_out_ended = false) const {
        TextSchedule schedule({.slots = slots, .context = context, .leaves_out_ended = leaves_out_ended});
        for (size_t i = 0; i < texts.size(); ++i)
            schedule.put(static_cast<int64_t>(i), {static_cast<int64_t>(texts[i].prompt.size()),
                                                   static_cast<int64_t>(texts[i].next.size()) + 1});
        Memory memory;
        std::vector<std::vector<at::Tensor>> logits(texts.size());
        const auto is_complete = [&](size_t text) { return logits[text].size() > texts[text].next.size(); };
        const auto all_are_complete = [&] {
            for (size_t text = 0; text < texts.size(); ++text)
                if (!is_complete(text)) return false;
            return true;
        };
        while (!all_are_complete()) {
            TextStep step = schedule.next();
            const std::vector<TextStep::Row> rows = step.rows;
            const bool wanted = step.wanted >= 0;
            const at::Tensor ids = ids_of(texts, step), made = run(ids, std::move(step), memory);
            for (size_t i = 0; i < rows.size() && wanted; ++i) {
                const auto text = static_cast<size_t>(rows[i].slot);
                if (text >= texts.size() || is_complete(text)) continue;
                logits[text].push_back(made[static_cast<int64_t>(i)].view({-1}));
                if (is_complete(text)) schedule.end(rows[i].slot);
            }
        }
        std::vector<at::Tensor> stacked;
        for (const auto& rows : logits) stacked.push_back(at::stack(rows));
        return stacked;
    }

private:
    static at::Tensor ids_of(const std::vector<Text>& texts, const TextStep& step) {
        std::vector<int64_t> ids;
        for (const TextStep::Row& row : step.rows) {
            const auto slot = static_cast<size_t>(row.slot);
            std::vector<int64_t> known = slot < texts.size() ? texts[slot].prompt : std::vector<int64_t>();
            if (slot < texts.size()) known.insert(known.end(), texts[slot].next.begin(), texts[slot].next.end());
            for (auto i = static_cast<size_t>(row.start); i < static_cast<size_t>(row.start + step.length); ++i)
                ids.push_back(i < known.size() ? known[i] : 0);
        }
        return at::tensor(ids, at::kLong).view({static_cast<int64_t>(step.rows.size()), -1});
    }

    at::Tensor run(at::Tensor ids, TextStep step, Memory& memory) const {
        State state{.hidden = std::move(ids)};
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
