#pragma once

#include <string_view>
#include <vector>

namespace fanlight {

/// Splits normalised text into the words for BPE, as CLIP does: runs of letters, single digits, runs of anything else
/// except white space, and the English contractions 's 't 're 've 'm 'll 'd. White space is dropped.
///
/// CLIP's pattern: <\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+ The
/// first two alternatives yield three words each, since GPT-2's pattern is applied to what CLIP's finds.
std::vector<std::string_view> clip_words(std::string_view text);

}  // namespace fanlight
