#include "core/text/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void append(std::string& text, int32_t character) {
    char bytes[U8_MAX_LENGTH];
    int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, character);
    text.append(bytes, static_cast<size_t>(length));
}

void check(UErrorCode status) {
    if (U_FAILURE(status)) throw Error(std::string("Cannot normalise a text to NFC: ") + u_errorName(status));
}

/// The tokenizers library knows the combining marks of Unicode 9; it treats later ones as plain characters.
icu::FilteredNormalizer2 nfc_of_unicode_9() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* current = icu::Normalizer2::getNFCInstance(status);
    check(status);
    static const icu::UnicodeSet known(u"[[:age=9.0:]]", status);
    check(status);
    return {*current, known};
}

}  // namespace

CharClass char_class(int32_t character) {
    const uint32_t category = U_GET_GC_MASK(character);
    if (category & U_GC_L_MASK) return CharClass::Letter;
    if (category & U_GC_N_MASK) return CharClass::Number;
    return u_isUWhiteSpace(character) ? CharClass::Space : CharClass::Other;
}

bool is_word_character(int32_t character) {
    return (U_GET_GC_MASK(character) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0 ||
           u_isUAlphabetic(character) || u_hasBinaryProperty(character, UCHAR_JOIN_CONTROL);
}

int32_t next_character(std::string_view text, size_t& at) {
    int32_t character = 0;
    U8_NEXT_UNSAFE(text.data(), at, character);
    return character;
}

int32_t previous_character(std::string_view text, size_t& at) {
    int32_t character = 0;
    U8_PREV_UNSAFE(text.data(), at, character);
    return character;
}

std::string valid_utf8(std::string_view text) {
    if (first_invalid_utf8(text) == std::string_view::npos) return std::string(text);
    std::string valid;
    return icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}).toUTF8String(valid);
}

std::string nfc(std::string_view text) {
    if (is_ascii(text)) return std::string(text);
    static const icu::FilteredNormalizer2 normalizer = nfc_of_unicode_9();
    UErrorCode status = U_ZERO_ERROR;
    std::string composed;
    icu::StringByteSink<std::string> sink(&composed);
    normalizer.normalizeUTF8(0, {text.data(), static_cast<int32_t>(text.size())}, sink, nullptr, status);
    check(status);
    return composed;
}

std::string collapse_spaces(std::string_view text) {
    std::string collapsed;
    collapsed.reserve(text.size());
    bool in_space = false;
    for (size_t at = 0; at < text.size();) {
        const size_t start = at;
        const bool space = char_class(next_character(text, at)) == CharClass::Space;
        if (!space) collapsed.append(text, start, at - start);
        if (space && !in_space) collapsed += ' ';
        in_space = space;
    }
    return collapsed;
}

std::string lower_case(std::string_view text) {
    constexpr int32_t capital_i_with_dot = 0x130;
    std::string lowered;
    lowered.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const int32_t character = next_character(text, at);
        if (character == capital_i_with_dot)
            lowered += "i\u0307";
        else
            append(lowered, u_tolower(character));
    }
    return lowered;
}

}  // namespace fanlight
