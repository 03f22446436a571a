#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/batch/timesteps.h"
#include "core/schedulers/scheduler_config.h"

namespace fanlight {

/// The config of a model's scheduler for a method, once it is certain that it makes a picture of so many steps. The
/// plan of a run asks, and the sampler itself, so that both refuse the same in the same words. Throws Error naming the
/// key or the parameter, its value and the choices. `timesteps`: those that the user gives, as many as steps; empty:
/// the method's own. What only the betas of a model show, the sampler finds out: that its timesteps are among those of
/// the training.
SchedulerConfig checked_scheduler_config(const Json& json, const std::string& method, const std::string& schedule,
                                         int steps, bool flow = false, const Timesteps& timesteps = {});

/// Throws Error if a shift is asked for (ImageTask::shift) and the model predicts no flow.
void check_shift(const std::optional<double>& shift, bool flow);

/// Throws Error if the method is told how much noise to draw and cannot be. The method is known.
void check_eta(const std::string& method, const std::optional<double>& eta);

}  // namespace fanlight
