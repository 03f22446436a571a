#include "core/base/text.h"

namespace fanlight {

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (const std::string& part : parts) {
        if (&part != &parts.front()) text += separator;
        text += part;
    }
    return text;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_ascii_control(char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; }

/// Bytes of the UTF-8 character at the beginning of the text; 0 if there is none.
size_t character_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < length) return 0;
    return first_invalid_utf8(text.substr(0, length)) == std::string_view::npos ? length : 0;
}

/// C1 controls, line and paragraph separators, embeddings, overrides and isolates of the writing direction (UAX #9).
/// The marks that Arabic and Hebrew texts are written with are none of them.
bool is_unprintable(std::string_view character) {
    if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
    if (character.size() != 3 || character[0] != '\xE2') return false;
    const auto second = static_cast<unsigned char>(character[1]), third = static_cast<unsigned char>(character[2]);
    return (second == 0x80 && third >= 0xA8 && third <= 0xAE) || (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

void append_escaped(char byte, std::string& text) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    (((text += "\\x") += digits[value >> 4]) += digits[value & 15]);
}

}  // namespace

std::string excerpt(std::string_view text, size_t max_characters) {
    std::string shown;
    for (size_t characters = 0; !text.empty(); ++characters) {
        if (characters == max_characters) return shown + "…";
        const size_t length = character_length(text);
        const std::string_view character = text.substr(0, length == 0 ? 1 : length);
        text.remove_prefix(character.size());
        if (length == 0 || is_unprintable(character))
            shown += replacement;
        else if (length == 1 && is_ascii_control(character[0]))
            append_escaped(character[0], shown);
        else
            shown += character;
    }
    return shown;
}

std::string printable(std::string_view text) { return excerpt(text, std::string_view::npos); }

std::string in_quotes(std::string_view text) { return "\"" + excerpt(text) + "\""; }

std::string printable_sentence(std::string_view text) {
    constexpr size_t longest = 1200, kept_before = 700, kept_after = 400;  // bytes; the remedy is at the end
    if (text.size() <= longest) return printable(text);
    const auto begins_character = [&](size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80; };
    size_t before = kept_before, after = text.size() - kept_after;
    for (int i = 0; i < 3 && !begins_character(before); ++i) --before;
    for (int i = 0; i < 3 && !begins_character(after); ++i) ++after;
    return printable(text.substr(0, before)) + " … " + printable(text.substr(after));
}

size_t first_invalid_utf8(std::string_view text) {
    const auto continues = [&](size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    };
    for (size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4) return i;
        for (size_t k = 1; k < length; ++k)
            if (!continues(i + k)) return i;
        const auto second = static_cast<unsigned char>(text[i + 1]);
        const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
        const bool surrogate = lead == 0xED && second >= 0xA0;
        const bool beyond = lead == 0xF4 && second >= 0x90;
        if (overlong || surrogate || beyond) return i;
        i += length;
    }
    return std::string_view::npos;
}

}  // namespace fanlight
