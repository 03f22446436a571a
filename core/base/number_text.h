#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/sentence.h"

namespace fanlight {

/// The shortest text that reads back as the same number: "7", "7.5".
inline std::string number_text(double value) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

/// Sorted numbers, runs of them shortened: "0-4, 7 and 12-99".
std::string ranges_text(const std::vector<int64_t>& numbers);

/// "48 s", "3 min 20 s", "2 h 5 min"
Sentence duration_text(double seconds);

}  // namespace fanlight
