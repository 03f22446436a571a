#include "core/families/distillation.h"

#include <algorithm>
#include <charconv>

#include "core/families/name_words.h"

namespace fanlight {

namespace {

struct NamedDistillation {
    NamePart part;
    Distillation distillation;
};

/// As their authors sample them. The first that a name has counts.
const NamedDistillation named[] = {
    {{"sdxl", "turbo"}, {"Turbo", 1, 1, "euler_ancestral", "trailing", 512}},  // Sauer et al. 2023
    {{"sd", "xl", "turbo"}, {"Turbo", 1, 1, "euler_ancestral", "trailing", 512}},
    {{"sd", "turbo"}, {"Turbo", 1, 1, "euler_ancestral", "trailing"}},
    {{"turbo"}, {"Turbo", 4, 1, "euler_ancestral", "trailing"}},  // fine-tunes of it take more steps
    {{"lightning"}, {"Lightning", 4, 1, "euler", "trailing"}},    // Lin et al. 2024
    {{"hyper", "sd"}, {"Hyper-SD", 4, 1, "ddim", "trailing"}},    // Ren et al. 2024
    {{"hyper", "sdxl"}, {"Hyper-SD", 4, 1, "ddim", "trailing"}},
    {{"dmd"}, {"DMD2", 4, 1, "lcm", "default"}},  // Yin et al. 2024
    {{"lcm"}, {"LCM", 4, 1, "lcm", "default"}},   // Luo et al. 2023
};

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

std::optional<Distillation> told_distillation(const std::string& name) {
    const std::vector<std::string> words = name_words(name);
    const auto* const found = std::find_if(std::begin(named), std::end(named),
                                           [&](const NamedDistillation& each) { return has_part(words, each.part); });
    if (found == std::end(named)) return std::nullopt;
    Distillation distillation = found->distillation;
    if (const int steps = told_steps(words); steps > 0) distillation.steps = steps;
    return distillation;
}

}  // namespace fanlight
