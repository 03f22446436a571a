#pragma once

#include <string>
#include <vector>

#include "core/batch/prompt_row.h"
#include "core/prompts/prompt_list.h"

namespace fanlight {

/// The rows as a list that read_prompts() reads as the same rows; those that say nothing are left out. Tables have a
/// header, and the columns that some row sets; a text has a line of options for each row that is more than a prompt.
/// Throws UsageError "SOURCE: …" for a row with a line break, which a text cannot hold.
std::string list_text(const std::vector<PromptRow>& rows, ListFormat format);

}  // namespace fanlight
