#include "core/batch/affixes.h"

#include <string_view>

#include "core/batch/blanks.h"

namespace fanlight {

namespace {

constexpr std::string_view marks = ",.;:!?";

std::string joined(const std::string& before, const std::string& after) {
    if (before.empty() || after.empty()) return before + after;
    const bool has_blank = without_blanks(before).end() != std::string_view(before).end() ||
                           without_blanks(after).begin() != std::string_view(after).begin();
    if (has_blank || marks.find(after.front()) != std::string_view::npos) return before + after;
    return before + (marks.find(before.back()) == std::string_view::npos ? ", " : " ") + after;
}

}  // namespace

std::string affixed(const Affixes& affixes, const std::string& prompt) {
    return joined(joined(affixes.prefix, prompt), affixes.suffix);
}

}  // namespace fanlight
