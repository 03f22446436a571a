#pragma once

#include <string_view>

#include "core/batch/request.h"

namespace fanlight {

/// Whether a line of a text list consists of options instead of a prompt: it starts with "--" and a letter.
bool is_option_line(std::string_view line);

/// Reads such a line into `row`, in the format of A1111's "Prompts from file": --prompt "a dog" --steps 30 --seed 5.
/// Values with blanks are quoted: '…' verbatim, "…" with \" and \\. Throws UsageError "PLACE, column C: …".
void read_option_line(std::string_view line, PromptRow& row, std::string_view task = ImageTask::kind);

}  // namespace fanlight
