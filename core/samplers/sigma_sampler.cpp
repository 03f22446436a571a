#include "core/samplers/sigma_sampler.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/samplers/prediction.h"
#include "core/samplers/sigma_schedule.h"

namespace fanlight {

namespace {

/// `count` sigmas with equally spaced logarithms, from the strongest training noise to the weakest.
std::vector<double> log_linear_sigmas(const std::vector<float>& training, int count) {
    const auto sigmas =
        values_of(at::linspace(std::log(training.back()), std::log(training.front()), count, at::kFloat).exp());
    return {sigmas.begin(), sigmas.end()};
}

}  // namespace

SigmaSampler::SigmaSampler(const SchedulerConfig& config, int steps, const Timesteps& timesteps)
    : Sampler(config), training_(training_sigmas(config)) {
    const SpacingRule rule{.last = config.train_timesteps, .rounds_linspace = false};
    timesteps_ = timesteps.empty() ? spaced_timesteps(config, rule, steps) : as_numbers(timesteps);
    for (double& t : timesteps_) t = static_cast<float>(t);
    std::vector<double> sigmas = config.interpolates_log_sigmas ? log_linear_sigmas(training_, steps + 1)
                                                                : interpolated_sigmas(timesteps_, training_);
    if (config.sigma_schedule != SigmaSchedule::Interpolated) {
        sigmas = scheduled_sigmas(config, training_, sigmas.back(), sigmas.front(), steps);
        timesteps_ = timesteps_of_sigmas(sigmas, training_);
        const bool nearest = config.rounds_karras && config.sigma_schedule == SigmaSchedule::Karras;
        for (double& t : timesteps_) t = nearest ? std::nearbyint(t) : static_cast<float>(t);
    }
    sigmas_.assign(sigmas.begin(), sigmas.end());
    if (config.continuous_timesteps) {
        timesteps_.resize(sigmas_.size());
        std::transform(sigmas_.begin(), sigmas_.end(), timesteps_.begin(),
                       [](float sigma) { return 0.25f * std::log(sigma); });
    }
    sigmas_.push_back(config.final_sigma_is_zero ? 0.0f : training_.front());
    const float largest = *std::max_element(sigmas_.begin(), sigmas_.end());
    init_noise_sigma_ = config.spacing == Spacing::Leading ? std::sqrt(largest * largest + 1) : largest;
}

at::Tensor SigmaSampler::scale_model_input(const at::Tensor& x, size_t i) const {
    return x / std::sqrt(sigmas_[i] * sigmas_[i] + 1);
}

at::Tensor SigmaSampler::slope(const at::Tensor& out, size_t i, const at::Tensor& x) const {
    return (x - predicted_original(config_.prediction, out, x, sigmas_[i])) / sigmas_[i];
}

double SigmaSampler::timestep_of(float sigma) const {
    return static_cast<float>(timesteps_of_sigmas({sigma}, training_).front());
}

NoiseLevel SigmaSampler::first_level(at::ScalarType dtype) const { return {1, rounded(sigmas_.front(), dtype)}; }

}  // namespace fanlight
