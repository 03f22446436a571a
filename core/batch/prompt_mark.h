#pragma once

#include <cstddef>

namespace fanlight {

/// What a stretch of a prompt means, for those who show it.
enum class PromptMark {
    Bracket,   ///< that changes a weight
    Weight,    ///< ":1.3"
    Break,     ///< BREAK
    Escape,    ///< a backslash and what it makes plain
    Schedule,  ///< a bracket, separator or number of `[a:b:10]` or `[a|b]`
    Network,   ///< `<lora:name:1>`
};

struct MarkedText {
    size_t begin, end;  ///< in bytes
    PromptMark mark;

    bool operator==(const MarkedText&) const = default;
};

}  // namespace fanlight
