#pragma once

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <string_view>

// White space and words as in Python's regular expressions, by which A1111 reads prompts.
namespace fanlight {

inline bool is_space(UChar32 c) { return u_isUWhiteSpace(c) || (c >= 0x1c && c <= 0x1f); }

inline bool is_word(UChar32 c) {
    const auto category = u_charType(c);
    return c == '_' || u_isalpha(c) || category == U_DECIMAL_DIGIT_NUMBER || category == U_LETTER_NUMBER ||
           category == U_OTHER_NUMBER;
}

/// The character from `at`; 0 at the end of the text.
inline UChar32 character_at(std::string_view text, size_t at) {
    auto i = static_cast<int32_t>(at);
    UChar32 c = 0;
    if (at < text.size())
        U8_NEXT(reinterpret_cast<const uint8_t*>(text.data()), i, static_cast<int32_t>(text.size()), c);
    return c;
}

/// Where the character after the one at `at` begins.
inline size_t next_character(std::string_view text, size_t at) {
    auto next = static_cast<int32_t>(at);
    U8_FWD_1(reinterpret_cast<const uint8_t*>(text.data()), next, static_cast<int32_t>(text.size()));
    return static_cast<size_t>(next);
}

/// The character before `at`; 0 at the beginning of the text.
inline UChar32 character_before(std::string_view text, size_t at) {
    auto i = static_cast<int32_t>(at);
    UChar32 c = 0;
    if (i > 0) U8_PREV(reinterpret_cast<const uint8_t*>(text.data()), 0, i, c);
    return c;
}

}  // namespace fanlight
