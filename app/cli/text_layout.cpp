#include "app/cli/text_layout.h"

#include <algorithm>
#include <sstream>

namespace fanlight {

size_t characters_in(const std::string& text) {
    const auto begins_character = [](char byte) { return (byte & 0xC0) != 0x80; };
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string padded(std::string text, size_t characters) {
    const size_t length = characters_in(text);
    return length < characters ? text + std::string(characters - length, ' ') : text;
}

std::string wrapped(const std::string& text, size_t width, size_t indent) {
    std::istringstream words(text);
    std::string lines;
    size_t column = indent;
    for (std::string word; words >> word;) {
        const size_t length = characters_in(word);
        if (column > indent && column + 1 + length > width) {
            lines += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            lines += ' ';
            ++column;
        }
        lines += word;
        column += length;
    }
    return lines;
}

}  // namespace fanlight
