#pragma once

#include <memory>
#include <string_view>

#include "core/text/pattern.h"

namespace fanlight {

/// The regular expressions of well-known models as code: linear in the text, with a stack of constant depth, and much
/// faster than an interpreter. Null for any other expression.
std::shared_ptr<const Pattern> known_pattern(std::string_view expression);

}  // namespace fanlight
