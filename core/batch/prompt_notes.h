#pragma once

#include <string>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// What to say, once a run, about prompts of these items that are not followed to the letter: tags of networks, and
/// what does not fit into the text encoder. Sentences without a full stop.
std::vector<std::string> prompt_notes(const std::vector<Item>& items);

}  // namespace fanlight
