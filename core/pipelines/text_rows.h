#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/families/parts/generation_config.h"
#include "core/pipelines/outputs.h"
#include "core/pipelines/pipeline.h"
#include "core/pipelines/text_prompt.h"
#include "core/pipelines/text_row.h"
#include "core/pipelines/text_schedule.h"

namespace fanlight {

/// What texts depend on besides their tasks, of a loaded language model.
struct TextModel {
    TextTokenizer tokenizer;
    GenerationConfig generation;
    TextLimits limits;
    bool encodes = false;  ///< an encoder reads the prompts
};

/// The texts that are made together, each in a slot: their tokens, and what is to be computed next. One thread.
class TextRows : public Slots {
public:
    /// `model` must outlive this. `schedule`: its slots and how it treats texts that have ended.
    TextRows(const TextModel& model, const TextSchedule::Options& schedule, bool whole);

    /// The next evaluation.
    std::shared_ptr<const TextStep> next();
    /// The ids that it takes: [rows, length], the last ones 0.
    std::vector<int64_t> ids() const;
    /// Chooses the tokens that follow: logits [rows, vocabulary]. Waits for the device once.
    void choose(const at::Tensor& logits);

    bool any_is_being_made() const;
    /// Of all texts, in the order in which they were added.
    Records records() const;

    // A text's number: texts are counted in the order in which they are added.

    bool has_room() const override;
    size_t add(const Task& task) override;
    /// The same for a task that cannot be made, and becomes a failure.
    void add_refused(const Error& reason);
    void drop(size_t number) override;
    Growth grown(size_t number) override;
    std::map<size_t, Ended> take_ended() override;

private:
    struct Row {
        std::optional<TextRow> text;
        std::vector<int64_t> source = {};     ///< what the encoder reads, if there is one
        std::optional<Failure> refusal = {};  ///< instead of the text
        std::optional<int64_t> slot = {};     ///< while it is being made

        bool is_being_made() const { return slot && !text->has_ended(); }
    };

    std::optional<int64_t> free_slot() const;
    std::vector<TextRow*> readers();
    TextSchedule::Shared shared_with_another(const std::vector<int64_t>& ids) const;

    const TextModel& model_;
    const bool whole_;  ///< not a part of a model, of which the others are not told when a text ends
    TextSchedule schedule_;
    std::shared_ptr<const TextStep> step_;        ///< of the current evaluation
    std::vector<std::optional<size_t>> of_step_;  ///< which texts its rows belong to
    std::map<size_t, Row> rows_;                  ///< by number, until they are taken
    std::vector<std::optional<size_t>> of_slot_;
    size_t added_ = 0;
};

}  // namespace fanlight
