#include "core/samplers/flow_schedule.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/samplers/noise_schedule.h"
#include "core/samplers/sigma_schedule.h"

namespace fanlight {

namespace {

/// The exponent of a shift that depends on the picture's size.
double mu_of(const FlowShift& shift, const ScheduleRequest& request) {
    if (request.mu) return *request.mu;
    if (request.image_tokens < 1)
        throw Error(
            "scheduler_config.json: with \"use_dynamic_shifting\" the noise depends on the picture's size, which is "
            "not known here");
    const double slope = (shift.max_shift - shift.base_shift) / (shift.max_image_tokens - shift.base_image_tokens);
    return static_cast<double>(request.image_tokens) * slope +
           (shift.base_shift - slope * static_cast<double>(shift.base_image_tokens));
}

/// T is the type that the reference computes in: float for given levels, double for its own.
template <typename T>
std::vector<T> shifted_by(double factor, std::vector<T> sigmas) {
    const T by = static_cast<T>(factor), less_one = static_cast<T>(factor - 1);
    for (T& s : sigmas) s = by * s / (1 + less_one * s);
    return sigmas;
}

template <typename T>
std::vector<T> shifted(const FlowShift& shift, const ScheduleRequest& request, std::vector<T> sigmas) {
    if (!shift.dynamic) return shifted_by(shift.factor, std::move(sigmas));
    const double mu = mu_of(shift, request);
    const T by = static_cast<T>(shift.linear ? mu : std::exp(mu));
    for (T& s : sigmas) s = by / (by + (1 / s - 1));
    return sigmas;
}

/// Stretches the levels so that the last one is the terminal level.
template <typename T>
std::vector<T> stretched(const FlowShift& shift, std::vector<T> sigmas) {
    if (shift.terminal == 0) return sigmas;
    const T scale = (1 - sigmas.back()) / static_cast<T>(1 - shift.terminal);
    for (T& s : sigmas) s = 1 - (1 - s) / scale;
    return sigmas;
}

/// From training's strongest noise to its weakest. If the shift does not depend on the picture, these are already
/// shifted, and will be shifted once more.
std::vector<double> training_grid(const SchedulerConfig& config, int steps) {
    std::vector<float> ends = {1.0f, 1.0f / static_cast<float>(config.train_timesteps)};
    if (!config.flow_shift.dynamic) ends = shifted_by(config.flow_shift.factor, ends);
    const auto T = static_cast<double>(config.train_timesteps);
    std::vector<double> sigmas = linspace(ends[0] * T, ends[1] * T, steps);
    for (double& s : sigmas) s /= T;
    return sigmas;
}

template <typename T>
std::vector<float> spaced(const SchedulerConfig& config, const ScheduleRequest& request, std::vector<T> sigmas) {
    sigmas = stretched(config.flow_shift, shifted(config.flow_shift, request, std::move(sigmas)));
    if (config.sigma_schedule == SigmaSchedule::Interpolated) return {sigmas.begin(), sigmas.end()};
    const auto respaced = scheduled_sigmas(config, {}, sigmas.back(), sigmas.front(), static_cast<int>(sigmas.size()));
    return {respaced.begin(), respaced.end()};
}

/// The levels that a solver is told; empty: none.
std::vector<double> told_solvers(const ScheduleRequest& request) {
    return request.solvers_keep_own_sigmas ? std::vector<double>() : request.sigmas;
}

}  // namespace

std::vector<float> flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request) {
    if (request.sigmas.empty()) return spaced(config, request, training_grid(config, request.steps));
    return spaced(config, request, std::vector<float>(request.sigmas.begin(), request.sigmas.end()));
}

std::vector<double> dpm_flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request, FlowStart start) {
    std::vector<double> sigmas = told_solvers(request);
    if (!sigmas.empty() && start == FlowStart::NearlyPureNoise)
        sigmas.front() = std::min(sigmas.front(), 1 - 1.0 / config.train_timesteps);
    if (sigmas.empty()) {
        sigmas = linspace(1, 1.0 / config.train_timesteps, request.steps + 1);
        for (double& s : sigmas) s = 1 - s;
        std::reverse(sigmas.begin(), sigmas.end());
        sigmas.pop_back();
    }
    const FlowShift& shift = config.flow_shift;
    return shifted_by(shift.dynamic ? std::exp(mu_of(shift, request)) : shift.factor, std::move(sigmas));
}

std::vector<double> unipc_flow_sigmas(const SchedulerConfig& config, const ScheduleRequest& request) {
    std::vector<double> sigmas = told_solvers(request);
    if (sigmas.empty()) {
        sigmas = linspace(1, 1.0 / config.train_timesteps, request.steps + 1);
        sigmas.pop_back();
    }
    sigmas = stretched(config.flow_shift, shifted(config.flow_shift, request, std::move(sigmas)));
    // At pure noise the logarithm of the signal is infinite.
    constexpr double nearly = 1e-6;
    if (std::abs(sigmas.front() - 1) < nearly) sigmas.front() -= nearly;
    return sigmas;
}

}  // namespace fanlight
