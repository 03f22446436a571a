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

const std::vector<DtypeName>& dtype_names() {
    static const std::vector<DtypeName> names = {{"float32", true, 0, ""},
                                                 {"tf32", false, 80, "float32"},
                                                 {"bfloat16", true, 80, "float16"},
                                                 {"float16", true, 0, ""}};
    return names;
}

const std::vector<EmphasisName>& emphasis_names() {
    static const std::vector<EmphasisName> names = {{Emphasis::Literal, "literal", ""},
                                                    {Emphasis::Original, "original", "Original"},
                                                    {Emphasis::None, "none", "None"},
                                                    {Emphasis::Ignore, "ignore", "Ignore"},
                                                    {Emphasis::NoNorm, "no-norm", "No norm"}};
    return names;
}

const std::string& name_of(Emphasis emphasis) {
    const auto& names = emphasis_names();
    return std::find_if(names.begin(), names.end(), [&](const EmphasisName& n) { return n.emphasis == emphasis; })
        ->name;
}

namespace {

template <typename Name>
const Name* find(const std::vector<Name>& names, std::string Name::*member, std::string_view value) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const Name& n) { return n.*member == value; });
    return found == names.end() ? nullptr : &*found;
}

}  // namespace

const EmphasisName* find_emphasis(std::string_view name) { return find(emphasis_names(), &EmphasisName::name, name); }

const SamplerName* find_sampler(std::string_view name) { return find(sampler_names(), &SamplerName::name, name); }

const SamplerName* find_sampler_by_class(std::string_view diffusers_class) {
    return find(sampler_names(), &SamplerName::diffusers_class, diffusers_class);
}

std::vector<std::string> dtype_choices() {
    std::vector<std::string> choices = {automatic_dtype};
    for (const DtypeName& dtype : dtype_names()) choices.push_back(dtype.name);
    return choices;
}

const DtypeName* find_dtype(std::string_view name) { return find(dtype_names(), &DtypeName::name, name); }

}  // namespace fanlight
