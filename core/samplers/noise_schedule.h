#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/samplers/scheduler_config.h"

namespace fanlight {

/// The noise of training: alphas_cumprod, the share of the picture's variance that is left after each step, in float32
/// as the reference keeps it (betas after Ho et al. 2020, Nichol & Dhariwal 2021; zero terminal SNR after Lin et al.
/// 2023, algorithm 1). Throws Error when the config's betas give no such shares.
std::vector<float> alphas_cumprod(const SchedulerConfig& config);

/// Of float32, rounded as IEEE 754 says; MKL's own float roots are other ones on other CPUs.
at::Tensor square_root(const at::Tensor& x);

/// sqrt((1 - a) / a) of each training step; the infinite one of a zero terminal SNR is that of a = 2^-24.
std::vector<float> training_sigmas(const SchedulerConfig& config);

/// Alphas by whole timestep, for methods that know no sigmas.
class AlphaTable {
public:
    explicit AlphaTable(const SchedulerConfig& config);

    /// Throws Error when a timestep lies beyond the training steps.
    void check(const std::vector<double>& timesteps) const;

    /// At a timestep of the network; -1 is the last one (a `trailing` spacing can end there).
    float at(int t) const { return alphas_[static_cast<size_t>(t < 0 ? t + static_cast<int>(alphas_.size()) : t)]; }
    /// At the timestep that a step leads to: below zero it is the picture itself.
    float at_target(int t) const { return t < 0 ? final_ : at(t); }

private:
    std::vector<float> alphas_;
    float final_;
};

/// How a method turns the config's spacing into timesteps (Lin et al. 2023, table 2).
struct SpacingRule {
    int last;                     ///< training steps to spread over
    bool one_more_step = false;   ///< the multistep solvers spread steps + 1 and drop the end
    bool rounds_linspace = true;  ///< where a method cannot stand between training steps
};

/// Descending timesteps: `steps` of them, one more where rounding makes `trailing` end at -1.
std::vector<double> spaced_timesteps(const SchedulerConfig& config, const SpacingRule& rule, int steps);

/// numpy.linspace, rounding included.
std::vector<double> linspace(double first, double last, int count);

/// The training sigmas at (fractional) timesteps.
std::vector<double> interpolated_sigmas(const std::vector<double>& timesteps, const std::vector<float>& training);

/// Descending sigmas by the config's sigma_schedule, between its limits or else these: Karras et al. 2022, equation 5,
/// rho 7; evenly in the logarithm; the quantiles of a beta distribution (Lee et al. 2024); or evenly in the logarithm
/// between the training noise's own ends (Lu et al. 2022).
std::vector<double> scheduled_sigmas(const SchedulerConfig& config, double smallest, double largest, int steps);

/// The (fractional) training steps at which the noise is as strong as these sigmas.
std::vector<double> timesteps_of_sigmas(const std::vector<double>& sigmas, const std::vector<float>& training);

/// The numbers of a float32 CPU tensor [n].
std::vector<float> values_of(const at::Tensor& tensor);

}  // namespace fanlight
