#pragma once

#include <string>

namespace fanlight {

/// Prints the sentence, which may quote files of unknown origin, as one line on standard error.
void say(const std::string& sentence);

}  // namespace fanlight
