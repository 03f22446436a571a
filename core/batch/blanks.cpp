#include "core/batch/blanks.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace fanlight {

namespace {

constexpr UChar32 byte_order_mark = 0xFEFF, zero_width_space = 0x200B, word_joiner = 0x2060, minus_sign = 0x2212;

/// For ICU, whose positions have 32 bits.
std::string_view readable(std::string_view text) { return text.substr(0, std::numeric_limits<int32_t>::max()); }

/// The character at `at`, negative if it is not UTF-8; moves past it.
UChar32 take_character(std::string_view text, size_t& at) {
    auto i = static_cast<int32_t>(at);
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const uint8_t*>(text.data()), i, static_cast<int32_t>(text.size()), c);
    at = static_cast<size_t>(i);
    return c;
}

bool is_space(UChar32 c) { return c >= 0 && u_isUWhiteSpace(c); }

bool is_invisible(UChar32 c) { return c >= 0 && u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT); }

/// White space, and what is a blank of no width.
bool is_blank_character(UChar32 c) {
    return is_space(c) || c == byte_order_mark || c == zero_width_space || c == word_joiner;
}

bool is_dash(UChar32 c) { return c >= 0 && (u_charType(c) == U_DASH_PUNCTUATION || c == minus_sign); }

}  // namespace

size_t first_visible(std::string_view text) {
    text = readable(text);
    for (size_t at = 0, next = 0; at < text.size(); at = next)
        if (const UChar32 c = take_character(text, next); !is_space(c) && !is_invisible(c)) return at;
    return text.size();
}

std::string_view without_blanks(std::string_view text) {
    text = readable(text);
    size_t begin = 0;
    for (size_t next = 0; begin < text.size() && is_blank_character(take_character(text, next)); begin = next) {
    }
    auto end = static_cast<int32_t>(text.size());
    for (int32_t before = end; before > static_cast<int32_t>(begin); end = before) {
        UChar32 c = 0;
        U8_PREV(reinterpret_cast<const uint8_t*>(text.data()), 0, before, c);
        if (!is_blank_character(c)) break;
    }
    return text.substr(begin, static_cast<size_t>(end) - begin);
}

bool is_blank_at(std::string_view text, size_t at, size_t& next) {
    next = at;
    return is_space(take_character(text, next));
}

std::string bare_name(std::string_view text) {
    text = without_blanks(text);
    std::string name;
    for (size_t at = 0; at < text.size();) {
        const size_t start = at;
        const UChar32 c = take_character(text, at);
        if (is_invisible(c)) continue;
        if (is_space(c) || is_dash(c))
            name += '_';
        else if (c >= 'A' && c <= 'Z')
            name += static_cast<char>(c - 'A' + 'a');
        else
            name += text.substr(start, at - start);
    }
    return name;
}

std::string with_plain_dashes(std::string_view text) {
    text = readable(text);
    std::string plain;
    for (size_t at = 0; at < text.size();) {
        const size_t start = at;
        const UChar32 c = take_character(text, at);
        if (is_invisible(c)) continue;
        if (is_dash(c))
            plain += '-';
        else
            plain += text.substr(start, at - start);
    }
    return plain;
}

}  // namespace fanlight
