#include "core/families/parts/distillation.h"

#include <algorithm>
#include <charconv>

namespace fanlight {

namespace {

/// Of a name such as "4step" or "8_steps"; 0: it says nothing, or nothing that can be.
int told_steps(const std::vector<std::string>& words) {
    constexpr int most = 16;
    for (size_t i = 1; i < words.size(); ++i) {
        if (words[i] != "step" && words[i] != "steps") continue;
        int steps = 0;
        const std::string& digits = words[i - 1];
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), steps);
        if (error == std::errc() && end == digits.data() + digits.size() && steps >= 1 && steps <= most) return steps;
    }
    return 0;
}

}  // namespace

std::optional<Distillation> told_distillation(const std::string& name, const NamedDistillations& known) {
    const std::vector<std::string> words = name_words(name);
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const NamedDistillation& each) { return has_part(words, each.part); });
    if (found == known.end()) return std::nullopt;
    Distillation distillation = found->distillation;
    if (const int steps = told_steps(words); steps > 0) distillation.steps = steps;
    return distillation;
}

}  // namespace fanlight
