#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/batch/list_reading.h"
#include "core/batch/request.h"
#include "core/prompts/list_mistakes.h"

namespace fanlight {

/// Reads one JSON object, a line of a prompt list, into `row`, whose `place` names the line. Integers keep all their
/// digits, a string containing a number counts as the number, null is ignored. `mistakes` gets "PLACE, column C: …".
void read_prompt_object(std::string_view line, PromptRow& row, const ListReading& reading, ListMistakes& mistakes);
/// The same; throws UsageError with the mistakes.
void read_prompt_object(std::string_view line, PromptRow& row, const ListReading& reading = {});

/// The row as such an object, and as its line, without a newline.
Json prompt_values(const PromptRow& row);
std::string prompt_object(const PromptRow& row);

}  // namespace fanlight
