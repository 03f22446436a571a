// Ancestral sampling as in training (Ho et al. 2020, algorithm 2 and equations 6 and 7, over the timesteps in use);
// diffusers' DDPMScheduler.

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/samplers/alpha_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Ddpm : public AlphaSampler {
public:
    Ddpm(const SchedulerConfig& config, const ScheduleRequest& request) : AlphaSampler(config) {
        timesteps_ = request.timesteps.empty()
                         ? spaced_timesteps(config, {.last = config.train_timesteps}, request.steps)
                         : as_numbers(request.timesteps);
        alphas_.check(timesteps_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const bool is_last = i + 1 == timesteps_.size();
        const float a = alphas_.at(static_cast<int>(timesteps_[i]));
        const float a_next = is_last ? 1.0f : alphas_.at(static_cast<int>(timesteps_[i + 1]));
        const float kept = a / a_next, added = 1 - kept;  // alpha and beta of the step
        const at::Tensor x0 = limited(config_, predicted_original(config_.prediction, out, x, seen_level(i)));
        const at::Tensor mean =
            x0 * (std::sqrt(a_next) * added / (1 - a)) + x * (std::sqrt(kept) * (1 - a_next) / (1 - a));
        if (timesteps_[i] <= 0) return mean;
        const float smallest = std::max((1 - a_next) / (1 - a) * added, 1e-20f);
        return mean + noise.draw() * std::sqrt(config_.large_variance ? added : smallest);
    }
};

}  // namespace

std::unique_ptr<Sampler> make_ddpm(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Ddpm>(config, request);
}

}  // namespace fanlight
