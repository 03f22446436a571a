#include "core/text/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void check(UErrorCode status) {
    if (U_FAILURE(status)) throw Error("Cannot normalise a text: %1", u_errorName(status));
}

using Form = const icu::Normalizer2* (*)(UErrorCode&);

/// The tokenizers library knows the combining marks of Unicode 9; it treats later ones as plain characters.
icu::FilteredNormalizer2 of_unicode_9(Form form) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* current = form(status);
    check(status);
    static const icu::UnicodeSet known(u"[[:age=9.0:]]", status);
    check(status);
    return {*current, known};
}

std::string normalised(const icu::Normalizer2& form, std::string_view text) {
    if (is_ascii(text)) return std::string(text);
    UErrorCode status = U_ZERO_ERROR;
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    form.normalizeUTF8(0, {text.data(), static_cast<int32_t>(text.size())}, sink, nullptr, status);
    check(status);
    return result;
}

CharClass class_by_category(int32_t character) {
    const uint32_t category = U_GET_GC_MASK(character);
    if (category & U_GC_L_MASK) return CharClass::Letter;
    if (category & U_GC_N_MASK) return CharClass::Number;
    return u_isUWhiteSpace(character) ? CharClass::Space : CharClass::Other;
}

constexpr int32_t kSandhiMark = 0x111C9;  // punctuation until Unicode 11

/// Whether a character that this version of Unicode had already is in these categories.
bool has_old_category(int32_t character, uint32_t categories, uint8_t unicode) {
    if ((U_GET_GC_MASK(character) & categories) == 0 || character == kSandhiMark) return false;
    UVersionInfo version;
    u_charAge(character, version);
    return version[0] <= unicode;
}

/// Looking a class up in Unicode's tables takes most of the time of splitting English text.
std::array<CharClass, 128> ascii_classes() {
    std::array<CharClass, 128> classes{};
    for (int32_t character = 0; character < 128; ++character)
        classes[static_cast<size_t>(character)] = class_by_category(character);
    return classes;
}

}  // namespace

CharClass char_class(int32_t character) {
    static const std::array<CharClass, 128> ascii = ascii_classes();
    return character < 128 ? ascii[static_cast<size_t>(character)] : class_by_category(character);
}

bool is_word_character(int32_t character) {
    return (U_GET_GC_MASK(character) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0 ||
           u_isUAlphabetic(character) || u_hasBinaryProperty(character, UCHAR_JOIN_CONTROL);
}

bool is_space(int32_t character) { return char_class(character) == CharClass::Space; }

bool is_numeric(int32_t character) { return char_class(character) == CharClass::Number; }

bool is_combining_mark(int32_t character) {
    const bool was_mark = character == 0x1CF2 || character == 0x1CF3;
    return was_mark || has_old_category(character, U_GC_M_MASK, 9);
}

bool is_nonspacing_mark(int32_t character) {
    const bool was_mark = character == 0x1734;
    const bool became_mark = character == 0x1885 || character == 0x1886 || character == 0xA9BD;
    return was_mark || (!became_mark && has_old_category(character, U_GC_MN_MASK, 8));
}

bool is_control(int32_t character) {
    return has_old_category(character, U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK, 8);
}

bool is_punctuation(int32_t character) {
    if (character < 128) return character > 0x20 && character < 0x7F && char_class(character) == CharClass::Other;
    const bool was_punctuation = character == 0x166D || character == kSandhiMark;
    return was_punctuation || has_old_category(character, U_GC_P_MASK, 8);
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

size_t unfinished_utf8(std::string_view bytes) {
    for (size_t length = 1; length <= std::min<size_t>(3, bytes.size()); ++length) {
        const std::string tail(bytes.substr(bytes.size() - length));
        const auto lead = static_cast<unsigned char>(tail[0]);
        if ((lead & 0xC0) == 0x80) continue;
        const size_t expected = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        if (length >= expected) return 0;
        // Behind some leads only the lower second bytes are valid, or only the higher ones.
        const auto is_completed_by = [&](char byte) {
            return first_invalid_utf8(tail + std::string(expected - length, byte)) == std::string_view::npos;
        };
        return is_completed_by('\x80') || is_completed_by('\xBF') ? length : 0;
    }
    return 0;
}

std::string nfc(std::string_view text) {
    static const icu::FilteredNormalizer2 form = of_unicode_9(icu::Normalizer2::getNFCInstance);
    return normalised(form, text);
}

std::string nfd(std::string_view text) {
    static const icu::FilteredNormalizer2 form = of_unicode_9(icu::Normalizer2::getNFDInstance);
    return normalised(form, text);
}

std::string nfkc(std::string_view text) {
    static const icu::FilteredNormalizer2 form = of_unicode_9(icu::Normalizer2::getNFKCInstance);
    return normalised(form, text);
}

std::string nfkd(std::string_view text) {
    static const icu::FilteredNormalizer2 form = of_unicode_9(icu::Normalizer2::getNFKDInstance);
    return normalised(form, text);
}

void append_character(std::string& text, int32_t character) {
    char bytes[U8_MAX_LENGTH];
    int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, character);
    text.append(bytes, static_cast<size_t>(length));
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
            append_character(lowered, u_tolower(character));
    }
    return lowered;
}

}  // namespace fanlight
