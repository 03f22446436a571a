#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/batch/image_task.h"
#include "core/batch/prompt_schedule.h"

namespace fanlight {

/// What a row of the network is conditioned on.
struct RowText {
    std::optional<std::string> text;  ///< nullopt: there is none, and the network sees zeros
    Emphasis emphasis = Emphasis::Literal;
    int clip_skip = 0;
    std::optional<std::string> second = {};  ///< what the second text encoder reads; nullopt: the same

    auto operator<=>(const RowText&) const = default;
};

/// The texts that the rows of a micro-batch take from step to step.
class BatchTexts {
public:
    /// `zeros_without_negative`: a picture without a negative prompt has no such text, rather than an empty one.
    BatchTexts(const std::vector<ImageTask>& batch, bool guided, bool zeros_without_negative);

    /// One for each row of the network: the negative prompts first, if the step is guided. Steps are counted from 0.
    std::vector<RowText> at(int step) const;

    /// Those of all steps.
    std::set<RowText> all() const;

private:
    using Schedule = std::vector<ScheduledText>;
    struct Row {
        Schedule schedule;  ///< empty: there is no text
        Emphasis emphasis;
        int clip_skip;
        Schedule second;  ///< empty: the same
    };
    std::vector<Row> rows_;
    const int steps_, guided_steps_;
    size_t unguided_;  ///< the first row that is left of an unguided step
};

}  // namespace fanlight
