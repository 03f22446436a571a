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

/// White space: tab, line breaks and every blank of Unicode, not U+200B.
bool is_space(int32_t character);

/// Any kind of number, such as ٣, Ⅷ and ².
bool is_numeric(int32_t character);

// The tokenizers library knows the following of old versions of Unicode only; later characters are none of them.

/// A mark that combines with the character before it (category M of Unicode 9) …
bool is_combining_mark(int32_t character);

/// … and takes no space of its own (Mn of Unicode 8).
bool is_nonspacing_mark(int32_t character);

/// Controls, formats and private use (Cc, Cf, Co of Unicode 8).
bool is_control(int32_t character);

/// Punctuation in BERT's sense: every symbol of ASCII, and category P of Unicode 8.
bool is_punctuation(int32_t character);

/// The character that starts at `at`, which is advanced past it. `text` must be valid UTF-8.
int32_t next_character(std::string_view text, size_t& at);

/// The character that ends before `at`, which is moved back to its start.
int32_t previous_character(std::string_view text, size_t& at);

/// The text with invalid sequences replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// How many bytes at the end are the beginning of a character that more bytes could complete.
size_t unfinished_utf8(std::string_view bytes);

/// Normalization forms (UAX 15) of Unicode 9, as in the tokenizers library.
std::string nfc(std::string_view text);
std::string nfd(std::string_view text);
std::string nfkc(std::string_view text);
std::string nfkd(std::string_view text);

void append_character(std::string& text, int32_t character);

/// Replaces each run of white space by one space.
std::string collapse_spaces(std::string_view text);

/// Character by character, so a sigma at the end of a word stays σ; İ becomes i and a combining dot.
std::string lower_case(std::string_view text);

}  // namespace fanlight
