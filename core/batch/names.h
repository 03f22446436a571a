#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// A sampler as the user meets it.
struct SamplerName {
    std::string name;             ///< on the command line
    std::string a1111;            ///< in the A1111 `parameters` text
    std::string diffusers_class;  ///< in scheduler_config.json
    bool sigma_schedules;         ///< can follow karras and exponential
};

/// All samplers; the engine's table (core/samplers) has the same names, which a test holds together.
const std::vector<SamplerName>& sampler_names();

/// All schedules: "default", the timestep spacings and the sigma schedules.
const std::vector<std::string>& schedule_names();

/// The entry of a name or nullptr.
const SamplerName* find_sampler(std::string_view name);
const SamplerName* find_sampler_by_class(std::string_view diffusers_class);

}  // namespace fanlight
