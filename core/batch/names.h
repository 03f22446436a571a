#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// The names of a sampler.
struct SamplerName {
    std::string name;             ///< on the command line
    std::string a1111;            ///< in the A1111 `parameters` text
    std::string diffusers_class;  ///< in scheduler_config.json
    bool sigma_schedules;         ///< supports karras and exponential
};

/// All samplers; the workers' table (core/samplers) has the same names, which a test checks.
const std::vector<SamplerName>& sampler_names();

/// All schedules: "default", the timestep spacings and the sigma schedules.
const std::vector<std::string>& schedule_names();

/// The entry with this name, or nullptr.
const SamplerName* find_sampler(std::string_view name);
const SamplerName* find_sampler_by_class(std::string_view diffusers_class);

}  // namespace fanlight
