#pragma once

#include <vector>

#include "core/samplers/schedule_request.h"
#include "core/schedulers/scheduler_config.h"

namespace fanlight {

// Noise levels of models that predict a flow: x = (1 - sigma) * x0 + sigma * noise, sigma from 1 down to 0. A shift
// spends more steps on strong noise, which larger pictures need (Esser et al. 2024, section 5.3.2).

/// Those of FlowMatchEulerDiscreteScheduler and FlowMatchHeunDiscreteScheduler: the request's levels, or else evenly
/// spaced over the training range; shifted, stretched and spaced as the config says. Without the final 0. Throws Error
/// if the shift depends on the picture and the request does not describe it.
std::vector<float> flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request);

/// Where a solver that is told levels from pure noise down can begin.
enum class FlowStart {
    PureNoise,
    NearlyPureNoise,  ///< it divides by the picture's share: where its own levels begin
};

/// Likewise those of DPMSolverMultistepScheduler and UniPCMultistepScheduler with use_flow_sigmas.
std::vector<double> dpm_flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request, FlowStart start);
std::vector<double> unipc_flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request);

}  // namespace fanlight
