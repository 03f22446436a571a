#include "core/prompts/list_encoding.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/prompts/text_position.h"

namespace fanlight {

namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF", little_endian_mark = "\xFF\xFE", big_endian_mark = "\xFE\xFF";

void append_utf8(std::string& text, uint32_t c) {
    const auto trail = [&](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3F)); };
    if (c < 0x80) {
        text += static_cast<char>(c);
    } else if (c < 0x800) {
        text += {static_cast<char>(0xC0 | c >> 6), trail(0)};
    } else if (c < 0x10000) {
        text += {static_cast<char>(0xE0 | c >> 12), trail(6), trail(0)};
    } else {
        text += {static_cast<char>(0xF0 | c >> 18), trail(12), trail(6), trail(0)};
    }
}

/// nullopt if half a character is missing.
std::optional<std::string> from_utf16(std::string_view bytes, bool big_endian) {
    if (bytes.size() % 2 != 0) return std::nullopt;
    const auto unit = [&](size_t i) {
        const auto first = static_cast<unsigned char>(bytes[i]), second = static_cast<unsigned char>(bytes[i + 1]);
        return static_cast<uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
    };
    std::string text;
    text.reserve(bytes.size());
    for (size_t i = 0; i < bytes.size(); i += 2) {
        uint32_t c = unit(i);
        if (c >= 0xDC00 && c < 0xE000) return std::nullopt;
        if (c >= 0xD800 && c < 0xDC00) {
            i += 2;
            const uint32_t low = i < bytes.size() ? unit(i) : 0;
            if (low < 0xDC00 || low >= 0xE000) return std::nullopt;
            c = 0x10000 + ((c - 0xD800) << 10 | (low - 0xDC00));
        }
        append_utf8(text, c);
    }
    return text;
}

}  // namespace

std::string utf8_of_list(std::string bytes, const Place& name) {
    if (bytes.starts_with(utf8_mark)) bytes.erase(0, utf8_mark.size());
    const bool big_endian = bytes.starts_with(big_endian_mark);
    if (big_endian || bytes.starts_with(little_endian_mark))
        if (auto text = from_utf16(std::string_view(bytes).substr(2), big_endian)) bytes = std::move(*text);
    const size_t invalid = first_invalid_utf8(bytes), nul = bytes.find('\0');
    if (invalid < nul)
        throw UsageError("%1: the text is not UTF-8; save the file as UTF-8.",
                         place(name, position_of(bytes, invalid)));
    if (nul != std::string_view::npos)
        throw UsageError("%1: there is a NUL character; save the file as UTF-8.", place(name, position_of(bytes, nul)));
    return bytes;
}

}  // namespace fanlight
