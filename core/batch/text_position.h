#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fanlight {

/// Where something begins in a file; both from 1, columns in characters (code points), as editors count them.
struct TextPosition {
    int64_t line = 1;
    int64_t column = 1;
};

/// "NAME, line L, column C"
std::string place(const std::string& name, const TextPosition& position);

/// Characters of UTF-8 text.
int64_t characters_in(std::string_view text);

/// Of a byte of the text. Lines end in LF, CRLF or CR.
TextPosition position_of(std::string_view text, size_t byte);

}  // namespace fanlight
