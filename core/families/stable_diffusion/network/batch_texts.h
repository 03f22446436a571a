#pragma once

#include <string>
#include <vector>

#include "core/batch/image_task.h"
#include "core/batch/prompt_schedule.h"

namespace fanlight {

/// What a row of the network is conditioned on.
struct RowText {
    std::string text;
    Emphasis emphasis = Emphasis::Literal;
    int clip_skip = 0;

    auto operator<=>(const RowText&) const = default;
};

/// The texts that the rows of a micro-batch take from step to step.
class BatchTexts {
public:
    BatchTexts(const std::vector<ImageTask>& batch, bool guided);

    /// One for each row of the network: the negative prompts first, if the step is guided. Steps are counted from 0.
    std::vector<RowText> at(int step) const;

private:
    struct Row {
        std::vector<ScheduledText> schedule;
        Emphasis emphasis;
        int clip_skip;
    };
    std::vector<Row> rows_;
    int guided_steps_;
    size_t unguided_;  ///< the first row that is left of an unguided step
};

}  // namespace fanlight
