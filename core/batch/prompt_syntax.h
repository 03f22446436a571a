#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch/names.h"
#include "core/batch/prompt_attention.h"
#include "core/batch/prompt_schedule.h"

// What a picture's prompt means under an Emphasis.
namespace fanlight {

/// The prompt without A1111's tags of extra networks: `<lora:name:0.8>` and any other `<word:…>`.
std::string without_network_tags(std::string_view prompt);

/// The same without those that `is_taken`, which is called for each.
std::string without_network_tags(std::string_view prompt, const std::function<bool(std::string_view tag)>& is_taken);

/// These tags, as they are written.
std::vector<std::string> network_tags(std::string_view prompt);

/// The texts that a prompt stands for while a picture is drawn: see prompt_schedule(). A literal one is the only text.
std::vector<ScheduledText> scheduled_texts(std::string_view prompt, Emphasis emphasis, int steps);

/// The parts of such a text, with the weights that act. Not of literal prompts, which have none.
std::vector<PromptPart> weighted_parts(std::string_view text, Emphasis emphasis);

/// Everything in the prompt that has a meaning under an emphasis, whatever the steps: in order, not overlapping. What a
/// group interrupts, as in `(a:[1.2:1.4:10])`, is marked piece by piece.
std::vector<MarkedText> prompt_marks(std::string_view prompt, Emphasis emphasis);

/// Whether a literal prompt would mean the same, as long as it fits into one chunk.
bool is_plain(std::string_view prompt, Emphasis emphasis, int steps);

}  // namespace fanlight
