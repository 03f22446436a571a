// Latent consistency sampling (Luo et al. 2023, algorithm 3); diffusers' LCMScheduler.

#include <ATen/ATen.h>

#include "core/samplers/alpha_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Lcm : public AlphaSampler {
public:
    Lcm(const SchedulerConfig& config, const ScheduleRequest& request) : AlphaSampler(config) {
        timesteps_ =
            request.timesteps.empty() ? distilled_timesteps(config, request.steps) : as_numbers(request.timesteps);
        alphas_.check(timesteps_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const auto t = static_cast<int>(timesteps_[i]);
        const bool last = i + 1 == timesteps_.size();
        const float a_next = alphas_.at_target(last ? t : static_cast<int>(timesteps_[i + 1]));
        const at::Tensor x0 = limited(config_, predicted_original(config_.prediction, out, x, seen_level(i)));
        constexpr float data_variance = 0.25f;
        const auto scaled = static_cast<float>(t * config_.timestep_scaling);
        const float sum = scaled * scaled + data_variance;
        const at::Tensor denoised = x0 * (scaled / std::sqrt(sum)) + x * (data_variance / sum);
        if (last) return denoised;
        const NoiseLevel next = NoiseLevel::of_alpha_cumprod(a_next);
        return denoised * next.alpha + noise.draw() * next.sigma;
    }
};

}  // namespace

std::unique_ptr<Sampler> make_lcm(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Lcm>(config, request);
}

}  // namespace fanlight
