#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// A sampler as users, other programs and files know it.
struct SamplerName {
    std::string name;             ///< on the command line
    std::string a1111;            ///< its label, also in the A1111 `parameters` text
    std::string diffusers_class;  ///< in scheduler_config.json; empty: diffusers has none
    bool sigma_schedules;         ///< follows schedules that set noise levels, such as karras
    bool takes_timesteps;         ///< can be told all of its timesteps
    std::string reference;        ///< whose results it reproduces
    /// How much noise each step draws unless it is told otherwise; nullopt: that cannot be chosen.
    std::optional<double> eta = {};
    std::vector<std::string> aliases = {};  ///< in ComfyUI and other programs
    /// Whose results it reproduces of models that predict a flow; empty: it cannot sample them.
    std::string flow_reference = {};
    std::string flow_class = {};  ///< diffusers' for these, if it is another one

    bool flow() const { return !flow_reference.empty(); }
    const std::string& class_for(bool flow_model) const {
        return flow_model && !flow_class.empty() ? flow_class : diffusers_class;
    }
};

/// All samplers; the workers' table (core/samplers) has the same names, which a test checks.
const std::vector<SamplerName>& sampler_names();

/// What a pipeline sets in a scheduler's config for the class that wrote it alone: an object of keys. Those that the
/// file has a value for, it sets in the config itself, where other classes adopt them.
inline constexpr const char* own_class_keys = "for_own_class";

/// A schedule: how the noise decreases from step to step.
struct ScheduleName {
    std::string name;
    std::string a1111;        ///< its label; empty: A1111 has none
    bool sets_sigmas;         ///< the noise levels themselves, else the timesteps or nothing
    bool flow;                ///< applies to models that predict a flow
    std::string description;  ///< one line of English
    std::vector<std::string> aliases = {};
};

/// All schedules: "default", the timestep spacings and those that set noise levels.
const std::vector<ScheduleName>& schedule_names();

/// What a model computes in.
struct DtypeName {
    std::string name;         ///< in --dtype and in recipes
    bool on_cpus;             ///< GPUs know them all
    int capability;           ///< of the GPUs that can compute in it, at least: 80 for 8.0
    std::string in_place_of;  ///< what to use where it cannot be
};

/// All dtypes. The numbers of tf32 are float32; GPUs round them to TensorFloat-32 for products.
const std::vector<DtypeName>& dtype_names();
const DtypeName* find_dtype(std::string_view name);
/// What a request may say instead: 16 bits on GPUs, float32 on a CPU. A plan names the dtype that it stands for.
inline constexpr const char* automatic_dtype = "auto";
/// What a request may say.
std::vector<std::string> dtype_choices();

/// How weights in a prompt act, as in A1111.
enum class Emphasis {
    Literal,   ///< the prompt is taken as it is: no syntax at all, and what does not fit into the text encoder is cut
    Original,  ///< a token's embedding is multiplied by its weight, and the mean of all restored
    None,      ///< brackets and BREAK are text; long prompts and schedules are read
    Ignore,    ///< weights are read and have no effect
    NoNorm,    ///< multiplied, and nothing restored
};

struct EmphasisName {
    Emphasis emphasis;
    std::string name;   ///< in --emphasis, lists and recipes
    std::string a1111;  ///< in the A1111 `parameters` text; empty: it knows no such thing
};

/// All of them.
const std::vector<EmphasisName>& emphasis_names();
const std::string& name_of(Emphasis emphasis);

/// The entry with this name, or nullptr.
const EmphasisName* find_emphasis(std::string_view name);
const SamplerName* find_sampler(std::string_view name);
/// The first of this class, for models that predict a flow or for all others.
const SamplerName* find_sampler_by_class(std::string_view diffusers_class, bool flow = false);
const ScheduleName* find_schedule(std::string_view name);

/// The entry with this name, label or alias, whatever its case, or nullptr.
const SamplerName* sampler_called(std::string_view text);
const ScheduleName* schedule_called(std::string_view text);

/// For lists in sentences.
template <typename Name>
std::vector<std::string> names_of(const std::vector<Name>& entries) {
    std::vector<std::string> names;
    for (const Name& entry : entries) names.push_back(entry.name);
    return names;
}

}  // namespace fanlight
