#pragma once

#include <string_view>

#include "core/batch/request.h"

namespace fanlight {

/// Whether a line of a text list gives options instead of a prompt: it begins with "--" and a letter.
bool is_option_line(std::string_view line);

/// Reads such a line into `row`, as A1111's "Prompts from file" has them: --prompt "a dog" --steps 30 --seed 5. A value
/// with blanks is quoted, '…' as it stands, "…" with \" and \\. Throws UsageError "PLACE, column C: …".
void read_option_line(std::string_view line, PromptRow& row);

}  // namespace fanlight
