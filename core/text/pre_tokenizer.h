#pragma once

#include <functional>
#include <string>

#include "core/base/json.h"
#include "core/text/words.h"

namespace fanlight {

/// Splits words further, and may rewrite them. Immutable; any thread. Throws Error if a regular expression takes too
/// long.
using PreTokenizer = std::function<void(Words& words)>;

/// The "pre_tokenizer" of a tokenizer.json; null does nothing. Throws Error "WHERE, pre-tokenizer …: …".
PreTokenizer make_pre_tokenizer(const Json& pre_tokenizer, const Place& where);

/// Every byte as the symbol that stands for it in byte-level vocabularies.
void to_byte_symbols(Words& words);

}  // namespace fanlight
