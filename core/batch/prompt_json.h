#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// Reads one JSON object, a line of a prompt list, into `row`, whose `place` names the line. Integers keep all their
/// digits, a string with a number in it counts as the number, null says nothing. Throws UsageError "PLACE, column C:
/// …".
void read_prompt_object(std::string_view line, PromptRow& row);

/// The row as such a line, without its end.
std::string prompt_object(const PromptRow& row);

}  // namespace fanlight
