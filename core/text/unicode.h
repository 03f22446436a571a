#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fanlight {

/// The four classes that byte-level pre-tokenisers distinguish: \s, \p{L}, \p{N} and the rest.
enum class CharClass { Space, Letter, Number, Other };

CharClass char_class(int32_t character);

/// Whether a character can be part of a word: \w in Unicode regular expressions (UTS 18, annex C).
bool is_word_character(int32_t character);

/// The character that starts at `at`, which is advanced past it. `text` must be valid UTF-8.
int32_t next_character(std::string_view text, size_t& at);

/// The character that ends before `at`, which is moved back to its start.
int32_t previous_character(std::string_view text, size_t& at);

/// The text with invalid sequences replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// Normalization form C (UAX 15) of Unicode 9, as in the tokenizers library.
std::string nfc(std::string_view text);

/// Replaces each run of white space by one space.
std::string collapse_spaces(std::string_view text);

/// Character by character, so a sigma at the end of a word stays σ; İ becomes i and a combining dot.
std::string lower_case(std::string_view text);

}  // namespace fanlight
