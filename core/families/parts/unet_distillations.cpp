#include "core/families/parts/unet_distillations.h"

namespace fanlight {

const NamedDistillations& unet_distillations() {
    static const NamedDistillations known = {
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
    return known;
}

}  // namespace fanlight
