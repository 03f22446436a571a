#pragma once

#include <vector>

#include "core/samplers/schedule_request.h"
#include "core/samplers/scheduler_config.h"

namespace fanlight {

// Noise levels of models that predict a flow: x = (1 - sigma) * x0 + sigma * noise, sigma from 1 down to 0. A shift
// spends more of the steps on strong noise, as larger pictures need it (Esser et al. 2024, section 5.3.2).

/// FlowMatchEulerDiscreteScheduler's and FlowMatchHeunDiscreteScheduler's: the request's levels, or else evenly between
/// the ends of the levels of training, shifted, stretched and spaced as the config says. The final 0 is not among them.
/// Throws Error where the shift depends on the picture and the request says nothing of it.
std::vector<float> flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request);

/// DPMSolverMultistepScheduler's and UniPCMultistepScheduler's with use_flow_sigmas, likewise.
std::vector<double> dpm_flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request);
std::vector<double> unipc_flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request);

}  // namespace fanlight
