#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/place.h"

namespace fanlight {

/// A position in a file; both numbers count from 1, columns are in characters (code points), as in editors.
struct TextPosition {
    int64_t line = 1;
    int64_t column = 1;
};

/// "NAME, line L, column C"
Place place(const Place& name, const TextPosition& position);

/// Number of characters in UTF-8 text.
int64_t characters_in(std::string_view text);

/// The position of a byte in the text. Lines end in LF, CRLF or CR.
TextPosition position_of(std::string_view text, size_t byte);

}  // namespace fanlight
