#pragma once

#include <string>

#include "core/base/sentence.h"

namespace fanlight {

/// The note on a run of one seed whose prompts make several results. A window finds it among others, to say it in words
/// of its own.
inline constexpr SentencePattern<std::string, int> like_results_note = "%1: the %2 results of a prompt are all alike";

}  // namespace fanlight
