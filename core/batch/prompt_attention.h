#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/prompt_mark.h"

namespace fanlight {

/// Some of a prompt's text, and how much attention it gets; or BREAK, after which a new chunk of tokens begins.
struct PromptPart {
    std::string text;
    double weight = 1;
    bool is_break = false;

    bool operator==(const PromptPart&) const = default;
};

/// Reads the weights in a prompt as AUTOMATIC1111's web UI does: `(text)` weighs 1.1, `[text]` 1/1.1, `(text:1.3)` 1.3;
/// they multiply where they are nested, a bracket that is not closed reaches to the end, a backslash makes the next
/// character plain. Neighbours of the same weight are one part; there is at least one, if only "" of weight 1. Any
/// text is a prompt. A weight that is no number, as in `(text:1.2.3)`, is text.
std::vector<PromptPart> prompt_parts(std::string_view prompt);

/// Everything in the prompt that prompt_parts() does not take for text, in order.
std::vector<MarkedText> attention_marks(std::string_view prompt);

}  // namespace fanlight
