#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fanlight {

/// The four classes that byte-level pre-tokenisers tell apart: \s, \p{L}, \p{N} and the rest.
enum class CharClass { Space, Letter, Number, Other };

CharClass char_class(int32_t character);

/// Whether it can be part of a word: \w of Unicode's regular expressions (UTS 18, annex C).
bool is_word_character(int32_t character);

/// The character that starts at `at`, which moves behind it. `text` is valid UTF-8.
int32_t next_character(std::string_view text, size_t& at);

/// The character that ends before `at`, which moves to its start.
int32_t previous_character(std::string_view text, size_t& at);

/// Broken sequences become U+FFFD.
std::string valid_utf8(std::string_view text);

/// Normalization form C (UAX 15) as of Unicode 9, which the tokenizers library follows.
std::string nfc(std::string_view text);

/// Each run of white space becomes one blank.
std::string collapse_spaces(std::string_view text);

/// Each character by itself, so a sigma at a word's end stays σ; İ becomes i and a combining dot.
std::string lower_case(std::string_view text);

}  // namespace fanlight
