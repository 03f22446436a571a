#pragma once

#include <functional>
#include <string>

#include "core/base/json.h"
#include "core/text/pattern.h"

namespace fanlight {

/// Rewrites a text (valid UTF-8, not empty) before it is split into words. Immutable; any thread. Throws Error if the
/// text grows beyond kMaxTextBytes or a regular expression takes too long.
using Normalizer = std::function<void(std::string& text)>;

/// The "normalizer" of a tokenizer.json; null does nothing. Throws Error "WHERE, normalizer …: …".
Normalizer make_normalizer(const Json& normalizer, const Place& where);

}  // namespace fanlight
