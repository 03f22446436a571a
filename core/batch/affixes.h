#pragma once

#include <string>

namespace fanlight {

/// Text that all prompts of a run have in common. An image's prompt holds it, so nothing else needs to know of it.
struct Affixes {
    std::string prefix, suffix;

    bool empty() const { return prefix.empty() && suffix.empty(); }
    bool operator==(const Affixes&) const = default;
};

/// The prompt between them. Where two texts meet there is ", ", or just a blank if there is a punctuation mark
/// already; nothing if one of them has a blank there, so that both can be joined in any way.
std::string affixed(const Affixes& affixes, const std::string& prompt);

}  // namespace fanlight
