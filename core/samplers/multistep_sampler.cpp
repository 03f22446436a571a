#include "core/samplers/multistep_sampler.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/samplers/prediction.h"

namespace fanlight {

MultistepSampler::MultistepSampler(const SchedulerConfig& config, int last, bool rounds, int steps) : Sampler(config) {
    const std::vector<float> training = training_sigmas(config);
    std::vector<double> sigmas;
    if (config.sigma_schedule == SigmaSchedule::Interpolated) {
        timesteps_ = spaced_timesteps(config, {.last = last, .one_more_step = true}, steps);
        sigmas = interpolated_sigmas(timesteps_, training);
    } else {
        sigmas = scheduled_sigmas(config, training.front(), training.back(), steps);
        timesteps_ = timesteps_of_sigmas(sigmas, training);
        const bool nearest = rounds && config.sigma_schedule != SigmaSchedule::Exponential;
        for (double& t : timesteps_) t = nearest ? std::nearbyint(t) : std::trunc(t);
    }
    sigmas_.assign(sigmas.begin(), sigmas.end());
    sigmas_.push_back(config.final_sigma_is_zero ? 0.0f : training.front());
}

MultistepSampler::MultistepSampler(const SchedulerConfig& config, const std::vector<double>& flow_sigmas)
    : Sampler(config) {
    for (const double sigma : flow_sigmas) timesteps_.push_back(std::trunc(sigma * config.train_timesteps));
    sigmas_.assign(flow_sigmas.begin(), flow_sigmas.end());
    sigmas_.push_back(config.final_sigma_is_zero ? 0.0f : training_sigmas(config).front());
}

NoiseLevel MultistepSampler::first_level(at::ScalarType dtype) const {
    return level_of(rounded(sigmas_.front(), dtype));
}

void MultistepSampler::remember(at::Tensor output) {
    outputs_.push_back(std::move(output));
    if (outputs_.size() > static_cast<size_t>(config_.solver_order)) outputs_.pop_front();
}

}  // namespace fanlight
