// Trajectory consistency (Zheng et al. 2024, algorithm 4, strategic stochastic sampling): the network leads to a noise
// level below the next one, by eta (the paper's gamma), and noise back up; diffusers' TCDScheduler. Without an eta
// there is no noise, as in diffusers' pipelines; the paper recommends 0.3.

#include <ATen/ATen.h>

#include <cmath>

#include "core/samplers/alpha_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Tcd : public AlphaSampler {
public:
    Tcd(const SchedulerConfig& config, const ScheduleRequest& request)
        : AlphaSampler(config), eta_(request.eta.value_or(0)), below_next_(static_cast<float>(1 - eta_)) {
        timesteps_ =
            request.timesteps.empty() ? distilled_timesteps(config, request.steps) : as_numbers(request.timesteps);
        alphas_.check(timesteps_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const bool is_last = i + 1 == timesteps_.size();
        const int next = is_last ? 0 : static_cast<int>(timesteps_[i + 1]);
        const float a_next = alphas_.at(next),
                    a_below = alphas_.at(static_cast<int>(below_next_ * static_cast<float>(next)));
        const NoiseLevel here = seen_level(i), below = NoiseLevel::of_alpha_cumprod(a_below);
        const at::Tensor reached = predicted_original(config_.prediction, out, x, here) * below.alpha +
                                   predicted_noise(config_.prediction, out, x, here) * below.sigma;
        if (is_last || eta_ == 0) return reached;
        const NoiseLevel back = NoiseLevel::of_alpha_cumprod(a_next / a_below);
        return reached * back.alpha + noise.draw() * back.sigma;
    }

private:
    const double eta_;
    const float below_next_;  ///< share of the next timestep
};

}  // namespace

std::unique_ptr<Sampler> make_tcd(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Tcd>(config, request);
}

}  // namespace fanlight
