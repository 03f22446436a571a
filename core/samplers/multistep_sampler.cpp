#include "core/samplers/multistep_sampler.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/samplers/flow_schedule.h"
#include "core/samplers/prediction.h"
#include "core/samplers/sigma_schedule.h"

namespace fanlight {

namespace {

/// Training steps whose log-SNR is at least lambda_min_clipped.
int usable_steps(const SchedulerConfig& config) {
    const std::vector<float> sigmas = training_sigmas(config);
    const auto floor = static_cast<float>(config.lambda_min_clipped);
    const auto usable = static_cast<int>(std::count_if(
        sigmas.begin(), sigmas.end(), [&](float sigma) { return NoiseLevel::of_karras(sigma).lambda() >= floor; }));
    if (usable == 0)
        throw Error("scheduler_config.json: \"lambda_min_clipped\" leaves no training step; choose a lower one");
    return usable;
}

/// The reference truncates the timesteps of these.
bool is_truncated(SigmaSchedule schedule) {
    return schedule == SigmaSchedule::Exponential || schedule == SigmaSchedule::Beta;
}

}  // namespace

MultistepSampler::Grid MultistepSampler::grid(const SchedulerConfig& config, int last, bool rounds, int steps) {
    const std::vector<float> training = training_sigmas(config);
    Grid grid;
    std::vector<double> sigmas;
    if (config.sigma_schedule == SigmaSchedule::Interpolated) {
        grid.timesteps = spaced_timesteps(config, {.last = last, .one_more_step = true}, steps);
        sigmas = interpolated_sigmas(grid.timesteps, training);
    } else {
        sigmas = scheduled_sigmas(config, training, training.front(), training.back(), steps);
        grid.timesteps = timesteps_of_sigmas(sigmas, training);
        const bool nearest = rounds && !is_truncated(config.sigma_schedule);
        for (double& t : grid.timesteps) t = nearest ? std::nearbyint(t) : std::trunc(t);
    }
    grid.sigmas.assign(sigmas.begin(), sigmas.end());
    grid.sigmas.push_back(config.final_sigma_is_zero ? 0.0f : training.front());
    return grid;
}

MultistepSampler::Grid MultistepSampler::grid_at(const SchedulerConfig& config, const Timesteps& timesteps) {
    const std::vector<float> training = training_sigmas(config);
    Grid grid{.timesteps = as_numbers(timesteps)};
    const std::vector<double> sigmas = interpolated_sigmas(grid.timesteps, training);
    grid.sigmas.assign(sigmas.begin(), sigmas.end());
    grid.sigmas.push_back(config.final_sigma_is_zero ? 0.0f : training.front());
    return grid;
}

MultistepSampler::Grid MultistepSampler::flow_grid(const SchedulerConfig& config,
                                                   const std::vector<double>& flow_sigmas) {
    Grid grid;
    for (const double sigma : flow_sigmas) grid.timesteps.push_back(std::trunc(sigma * config.train_timesteps));
    grid.sigmas.assign(flow_sigmas.begin(), flow_sigmas.end());
    grid.sigmas.push_back(config.final_sigma_is_zero ? 0.0f : training_sigmas(config).front());
    return grid;
}

MultistepSampler::Grid MultistepSampler::dpm_grid(const SchedulerConfig& config, const ScheduleRequest& request,
                                                  bool rounds, FlowStart start) {
    if (request.flow) return flow_grid(config, dpm_flow_sigmas(config, request, start));
    if (!request.timesteps.empty()) return grid_at(config, request.timesteps);
    return grid(config, usable_steps(config), rounds, request.steps);
}

MultistepSampler::MultistepSampler(const SchedulerConfig& config, Grid grid) : Sampler(config) {
    timesteps_ = std::move(grid.timesteps);
    sigmas_ = std::move(grid.sigmas);
}

void MultistepSampler::stay_at_last_level() {
    const bool is_scheduled =
        config_.sigma_schedule != SigmaSchedule::Interpolated || config_.prediction == Prediction::Flow;
    if (is_scheduled && !config_.final_sigma_is_zero) sigmas_.back() = sigmas_[sigmas_.size() - 2];
}

NoiseLevel MultistepSampler::first_level(at::ScalarType dtype) const {
    return level_of(rounded(sigmas_.front(), dtype));
}

at::Tensor MultistepSampler::predicted_picture(const at::Tensor& out, size_t i, const at::Tensor& x) const {
    const bool drops_variance = config_.learned_variance && config_.prediction == Prediction::Epsilon;
    const at::Tensor prediction = drops_variance ? out.slice(1, 0, 3) : out;
    return limited(config_, predicted_original(config_.prediction, prediction, x, level(i)));
}

void MultistepSampler::remember(at::Tensor output) {
    outputs_.push_back(std::move(output));
    if (outputs_.size() > static_cast<size_t>(config_.solver_order)) outputs_.pop_front();
}

size_t MultistepSampler::usable_order(size_t i) const {
    const size_t left = timesteps_.size() - i;
    const bool few = config_.lower_order_final && skipped_ + timesteps_.size() < 15;
    return few ? std::min(outputs_.size(), left) : outputs_.size();
}

}  // namespace fanlight
