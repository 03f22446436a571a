#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/batch/timesteps.h"
#include "core/schedulers/scheduler_config.h"

namespace fanlight {

/// The noise schedule of training: alphas_cumprod, the fraction of the picture's variance left after each step, in
/// float32 like the reference (betas after Ho et al. 2020, Nichol & Dhariwal 2021; zero terminal SNR after Lin et al.
/// 2023, algorithm 1). Throws Error if the config's betas do not yield such fractions.
std::vector<float> alphas_cumprod(const SchedulerConfig& config);

/// Square root of float32, correctly rounded (IEEE 754); MKL's float roots differ between CPUs.
at::Tensor square_root(const at::Tensor& x);

/// sqrt((1 - a) / a) for each training step; a = 2^-24 stands in for the infinite one of a zero terminal SNR.
std::vector<float> training_sigmas(const SchedulerConfig& config);

/// Alphas by integer timestep, for methods that do not use sigmas.
class AlphaTable {
public:
    explicit AlphaTable(const SchedulerConfig& config);

    /// Throws Error if a timestep lies beyond the training steps.
    void check(const std::vector<double>& timesteps) const;

    /// Alpha at a timestep of the network; -1 is the last one (a `trailing` spacing can end there).
    float at(int t) const { return alphas_[static_cast<size_t>(t < 0 ? t + static_cast<int>(alphas_.size()) : t)]; }
    /// Alpha at the timestep that a step leads to; below zero it is the picture itself.
    float at_target(int t) const { return t < 0 ? final_ : at(t); }

private:
    std::vector<float> alphas_;
    float final_;
};

/// How a method derives timesteps from the config's spacing (Lin et al. 2023, table 2).
struct SpacingRule {
    int last;                     ///< number of training steps to spread over
    bool one_more_step = false;   ///< multistep solvers spread steps + 1 and drop the end
    bool rounds_linspace = true;  ///< for methods that need integer timesteps
};

/// `steps` descending timesteps; one more if rounding makes `trailing` end at -1.
std::vector<double> spaced_timesteps(const SchedulerConfig& config, const SpacingRule& rule, int steps);

/// Given timesteps in the form of those that a method spaces itself.
std::vector<double> as_numbers(const Timesteps& timesteps);

/// `steps` of the timesteps that a consistency model was distilled for ("original_inference_steps"), descending.
std::vector<double> distilled_timesteps(const SchedulerConfig& config, int steps);

/// numpy.linspace, including its rounding.
std::vector<double> linspace(double first, double last, int count);

/// The training sigmas interpolated at (fractional) timesteps.
std::vector<double> interpolated_sigmas(const std::vector<double>& timesteps, const std::vector<float>& training);

/// The (fractional) training steps with these noise levels.
std::vector<double> timesteps_of_sigmas(const std::vector<double>& sigmas, const std::vector<float>& training);

/// The values of a float32 CPU tensor [n].
std::vector<float> values_of(const at::Tensor& tensor);

}  // namespace fanlight
