#include "core/prompts/text_position.h"

#include <algorithm>

namespace fanlight {

Place place(const Place& name, const TextPosition& position) {
    return name.line(position.line).column(position.column);
}

int64_t characters_in(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xC0) != 0x80; });
}

TextPosition position_of(std::string_view text, size_t byte) {
    TextPosition position;
    size_t line_start = 0;
    for (size_t i = 0; i < byte; ++i) {
        const bool first_half = text[i] == '\r' && text.substr(i + 1, 1) == "\n";
        if ((text[i] != '\n' && text[i] != '\r') || first_half) continue;
        ++position.line;
        line_start = i + 1;
    }
    position.column += characters_in(text.substr(line_start, byte - line_start));
    return position;
}

}  // namespace fanlight
