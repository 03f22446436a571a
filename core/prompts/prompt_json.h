#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// Reads one JSON object, a line of a prompt list, into `row`, whose `place` names the line. Integers keep all their
/// digits, a string containing a number counts as the number, null is ignored. Throws UsageError "PLACE, column C: …".
void read_prompt_object(std::string_view line, PromptRow& row, std::string_view task = ImageTask::kind);

/// The row as such a line, without a newline.
std::string prompt_object(const PromptRow& row);

}  // namespace fanlight
