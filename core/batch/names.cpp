#include "core/batch/names.h"

#include <algorithm>

namespace fanlight {

const std::vector<SamplerName>& sampler_names() {
    static const std::vector<SamplerName> names = {
        {"ddim", "DDIM", "DDIMScheduler", false},
        {"pndm", "PLMS", "PNDMScheduler", false},
        {"euler", "Euler", "EulerDiscreteScheduler", true},
        {"euler_ancestral", "Euler a", "EulerAncestralDiscreteScheduler", false},
        {"heun", "Heun", "HeunDiscreteScheduler", true},
        {"dpmpp_2m", "DPM++ 2M", "DPMSolverMultistepScheduler", true},
        {"lcm", "LCM", "LCMScheduler", false},
        {"unipc", "UniPC", "UniPCMultistepScheduler", true},
    };
    return names;
}

const std::vector<std::string>& schedule_names() {
    static const std::vector<std::string> names = {"default",  "leading", "trailing",
                                                   "linspace", "karras",  "exponential"};
    return names;
}

const SamplerName* find_sampler(std::string_view name) {
    const auto& names = sampler_names();
    const auto found = std::find_if(names.begin(), names.end(), [&](const SamplerName& s) { return s.name == name; });
    return found == names.end() ? nullptr : &*found;
}

const SamplerName* find_sampler_by_class(std::string_view diffusers_class) {
    const auto& names = sampler_names();
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const SamplerName& s) { return s.diffusers_class == diffusers_class; });
    return found == names.end() ? nullptr : &*found;
}

}  // namespace fanlight
