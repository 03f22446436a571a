#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// A prompt's text up to a sampling step.
struct ScheduledText {
    int last_step;  ///< the number of the last step that takes this text: steps are counted from 0
    std::string text;

    bool operator==(const ScheduledText&) const = default;
};

/// The texts that a prompt stands for while a picture is drawn in so many steps, as in AUTOMATIC1111's web UI:
/// `[a:b:10]` is a and from then on b, `[a:b:0.5]` changes half-way, `[b:10]` and `[a::10]` begin or end there,
/// `[a|b]` takes turns. A step takes the first text whose last step is not before it, so `[a:b:10]` draws eleven steps
/// with a. Groups may be nested and may stand in weighted brackets. Brackets that are no such group stay in the text,
/// and a prompt with a `|` or a backslash out of place is taken as it is. At least one text; the last one's last step
/// is `steps`.
std::vector<ScheduledText> prompt_schedule(std::string_view prompt, int steps);

/// The brackets, separators and numbers of the prompt's groups, as parts of it, in order.
std::vector<std::string_view> schedule_marks(std::string_view prompt);

/// What the groups can leave of the prompt, whatever the steps, each text as the parts of the prompt that it is put
/// together from. Each alternative is in at least one of them, unless there are more than 64.
std::vector<std::vector<std::string_view>> possible_texts(std::string_view prompt);

/// The entry of a schedule that a step (from 0) takes.
size_t entry_at(const std::vector<ScheduledText>& schedule, int step);

}  // namespace fanlight
