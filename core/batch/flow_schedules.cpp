#include "core/batch/flow_schedules.h"

namespace fanlight {

bool follows_on_flows(std::string_view sampler) {
    return sampler == "euler" || sampler == "euler_ancestral" || sampler == "lcm";
}

bool follows(const SamplerName* sampler, const ScheduleName& schedule, std::optional<bool> flow) {
    if (!flow) return follows(sampler, schedule, false) || follows(sampler, schedule, true);
    if (!schedule.sets_sigmas) return !*flow || schedule.flow;
    if (!sampler) return false;
    if (!*flow) return sampler->sigma_schedules;
    // ComfyUI's simple is on flows what pipelines do anyway.
    return schedule.flow && sampler->flow() && (schedule.name == "simple" || follows_on_flows(sampler->name));
}

}  // namespace fanlight
