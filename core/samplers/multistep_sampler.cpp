#include "core/samplers/multistep_sampler.h"

#include <ATen/ATen.h>

namespace fanlight {

MultistepSampler::MultistepSampler(const SchedulerConfig& config, int last, bool rounds, int steps) : config_(config) {
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

void MultistepSampler::remember(at::Tensor output) {
    outputs_.push_back(std::move(output));
    if (outputs_.size() > static_cast<size_t>(config_.solver_order)) outputs_.pop_front();
}

}  // namespace fanlight
