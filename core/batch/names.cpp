#include "core/batch/names.h"

#include <algorithm>

namespace fanlight {

namespace {

constexpr const char *diffusers = "diffusers", *k_diffusion = "k-diffusion", *paper = "paper", *ours = "ours";

}  // namespace

const std::vector<SamplerName>& sampler_names() {
    static const std::vector<SamplerName> names = {
        {"ddim", "DDIM", "DDIMScheduler", false, false, diffusers, 0},
        {"pndm", "PLMS", "PNDMScheduler", false, false, diffusers},
        {"euler",
         "Euler",
         "EulerDiscreteScheduler",
         true,
         true,
         diffusers,
         {},
         {"k_euler"},
         diffusers,
         "FlowMatchEulerDiscreteScheduler"},
        {"euler_ancestral",
         "Euler a",
         "EulerAncestralDiscreteScheduler",
         true,
         false,
         diffusers,
         1,
         {"euler_a", "k_euler_a", "k_euler_ancestral"},
         ours},
        {"heun",
         "Heun",
         "HeunDiscreteScheduler",
         true,
         true,
         diffusers,
         {},
         {"k_heun"},
         diffusers,
         "FlowMatchHeunDiscreteScheduler"},
        {"heunpp2", "HeunPP2", "", true, false, paper},
        {"dpm2", "DPM2", "KDPM2DiscreteScheduler", true, false, diffusers, {}, {"dpm_2", "kdpm_2", "k_dpm_2"}},
        {"dpm2_ancestral",
         "DPM2 a",
         "KDPM2AncestralDiscreteScheduler",
         true,
         false,
         diffusers,
         1,
         {"dpm2_a", "dpm_2_ancestral", "kdpm_2_a", "k_dpm_2_a", "k_dpm_2_ancestral"}},
        {"dpmpp_2m",
         "DPM++ 2M",
         "DPMSolverMultistepScheduler",
         true,
         true,
         diffusers,
         {},
         {"dpm++2m", "k_dpmpp_2m"},
         diffusers},
        {"dpmpp_2m_sde",
         "DPM++ 2M SDE",
         "DPMSolverMultistepScheduler",
         true,
         true,
         diffusers,
         1,
         {"dpmpp_2m_sde_gpu", "dpm++2m_sde", "k_dpmpp_2m_sde"}},
        {"dpmpp_3m_sde",
         "DPM++ 3M SDE",
         "",
         true,
         false,
         k_diffusion,
         1,
         {"dpmpp_3m_sde_gpu", "dpm++3m_sde", "k_dpmpp_3m_sde"}},
        {"dpmpp_sde",
         "DPM++ SDE",
         "DPMSolverSDEScheduler",
         true,
         false,
         diffusers,
         1,
         {"dpmpp_sde_gpu", "dpm++sde", "k_dpmpp_sde"}},
        {"dpmpp_2s", "DPM++ 2S", "DPMSolverSinglestepScheduler", true, true, diffusers, {}, {"dpm++2s"}, diffusers},
        {"dpmpp_2s_ancestral",
         "DPM++ 2S a",
         "",
         true,
         false,
         k_diffusion,
         1,
         {"dpm++2s_a", "dpmpp_2s_a", "k_dpmpp_2s_a", "k_dpmpp_2s_ancestral"}},
        {"lms", "LMS", "LMSDiscreteScheduler", true, false, diffusers, {}, {"k_lms"}},
        {"deis", "DEIS", "DEISMultistepScheduler", true, false, diffusers, {}, {}, diffusers},
        {"unipc", "UniPC", "UniPCMultistepScheduler", true, false, diffusers, {}, {"uni_pc", "uni_pc_bh2"}, diffusers},
        {"restart", "Restart", "", true, false, paper},
        {"ddpm", "DDPM", "DDPMScheduler", false, true, diffusers},
        {"lcm", "LCM", "LCMScheduler", false, true, diffusers, {}, {}, diffusers, "FlowMatchLCMScheduler"},
        {"tcd", "TCD", "TCDScheduler", false, true, diffusers, 0},
    };
    return names;
}

const std::vector<ScheduleName>& schedule_names() {
    static const std::vector<ScheduleName> names = {
        {"default", "Automatic", false, true, "what the model's scheduler config says"},
        {"leading", "", false, false, "timesteps evenly spaced, without the strongest noise"},
        {"trailing", "", false, false, "timesteps evenly spaced, from the strongest noise on"},
        {"linspace", "", false, false, "timesteps evenly spaced, from the first to the last"},
        {"karras", "Karras", true, true, "evenly in the 7th root of the noise (Karras et al. 2022)"},
        {"exponential", "Exponential", true, true, "evenly in the logarithm of the noise"},
        {"beta", "Beta", true, true, "quantiles of a beta distribution (Lee et al. 2024)"},
        {"sgm_uniform", "SGM Uniform", true, false, "evenly in time, stopping one step before the end", {"sgm"}},
        {"simple", "Simple", true, true, "every so many training steps, from the last one down"},
        {"normal", "Normal", true, false, "evenly in time, from the first to the last", {"uniform", "discrete"}},
        {"ddim_uniform", "DDIM", true, false, "every so many training steps, from the second one up", {"ddim"}},
        {"align_your_steps",
         "Align Your Steps",
         true,
         false,
         "optimised for Stable Diffusion in ten steps (Sabour et al. 2024)",
         {"ays"}},
        {"kl_optimal", "KL Optimal", true, false,
         "evenly in the angle whose tangent is the noise (Sabour et al. 2024)"},
        {"polyexponential", "Polyexponential", true, false, "exponential, between the ends of the training noise"},
    };
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

std::string lowered(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

template <typename Name>
const Name* called(const std::vector<Name>& names, std::string_view text) {
    const std::string wanted = lowered(text);
    const auto is_meant = [&](const Name& n) {
        return wanted == n.name || (!n.a1111.empty() && wanted == lowered(n.a1111)) ||
               std::find(n.aliases.begin(), n.aliases.end(), wanted) != n.aliases.end();
    };
    const auto found = std::find_if(names.begin(), names.end(), is_meant);
    return found == names.end() ? nullptr : &*found;
}

}  // namespace

const EmphasisName* find_emphasis(std::string_view name) { return find(emphasis_names(), &EmphasisName::name, name); }

const SamplerName* find_sampler(std::string_view name) { return find(sampler_names(), &SamplerName::name, name); }

const SamplerName* find_sampler_by_class(std::string_view diffusers_class, bool flow) {
    if (diffusers_class.empty()) return nullptr;
    const auto& names = sampler_names();
    const auto found = std::find_if(names.begin(), names.end(), [&](const SamplerName& sampler) {
        return (sampler.flow() || !flow) && sampler.class_for(flow) == diffusers_class;
    });
    return found == names.end() ? nullptr : &*found;
}

const ScheduleName* find_schedule(std::string_view name) { return find(schedule_names(), &ScheduleName::name, name); }

const SamplerName* sampler_called(std::string_view text) { return called(sampler_names(), text); }

const ScheduleName* schedule_called(std::string_view text) { return called(schedule_names(), text); }

std::vector<std::string> dtype_choices() {
    std::vector<std::string> choices = {automatic_dtype};
    for (const DtypeName& dtype : dtype_names()) choices.push_back(dtype.name);
    return choices;
}

const DtypeName* find_dtype(std::string_view name) { return find(dtype_names(), &DtypeName::name, name); }

}  // namespace fanlight
