#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/batch/list_reading.h"
#include "core/batch/request.h"
#include "core/prompts/list_mistakes.h"
#include "core/prompts/prompt_column.h"

namespace fanlight {

/// Whether a line of a text list consists of options instead of a prompt: it starts with "--" and a letter.
bool is_option_line(std::string_view line);

/// Throws UsageError "PLACE, column C: …" if the line would start with an option that is known, were its dashes plain
/// and nothing invisible between them: editors turn "--" into a long dash. `start`: where it begins to be seen.
void check_dashes(std::string_view line, size_t start, const Place& place, const ListReading& reading);

/// Reads such a line into `row`, in the format of A1111's "Prompts from file": --prompt "a dog" --steps 30 --seed 5.
/// Values with blanks are quoted: '…' verbatim, "…" with \" and \\. `mistakes` gets "PLACE, column C: …"; columns count
/// from the beginning of the line. Returns what the line has set.
GivenColumns read_option_line(std::string_view line, PromptRow& row, const ListReading& reading,
                              ListMistakes& mistakes);

}  // namespace fanlight
