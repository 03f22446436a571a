#pragma once

#include <charconv>
#include <string>

namespace fanlight {

/// The shortest text that reads back as the same number: "7", "7.5".
inline std::string number_text(double value) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

}  // namespace fanlight
