#pragma once

#include <vector>

#include "core/schedulers/scheduler_config.h"

namespace fanlight {

/// Descending sigmas by the config's sigma_schedule, without the final 0. `training`: the sigmas of all training steps,
/// ascending. Schedules that diffusers knows (karras, exponential, beta, lu) lie between the config's limits or else
/// between `smallest` and `largest`; those of other programs between the ends of the training noise.
std::vector<double> scheduled_sigmas(const SchedulerConfig& config, const std::vector<float>& training, double smallest,
                                     double largest, int steps);

/// Karras et al. 2022, equation 5, rho 7.
std::vector<double> karras_sigmas(double smallest, double largest, int steps);

/// Noise levels that were optimised for ten steps of Stable Diffusion 1 or XL (Sabour et al. 2024), interpolated evenly
/// in the logarithm for other numbers of steps, as their authors do.
std::vector<double> aligned_sigmas(bool xl, int steps);

}  // namespace fanlight
