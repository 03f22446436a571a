// Deterministic DDIM (Song et al. 2021, equation 12 with eta 0); diffusers' DDIMScheduler.

#include <ATen/ATen.h>

#include "core/samplers/alpha_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Ddim : public AlphaSampler {
public:
    Ddim(const SchedulerConfig& config, const ScheduleRequest& request)
        : AlphaSampler(config), stride_(config.train_timesteps / request.steps) {
        timesteps_ = spaced_timesteps(config, {.last = config.train_timesteps}, request.steps);
        alphas_.check(timesteps_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const auto t = static_cast<int>(timesteps_[i]);
        const NoiseLevel here = seen_level(i), next = NoiseLevel::of_alpha_cumprod(alphas_.at_target(t - stride_));
        const at::Tensor x0 = limited(config_, predicted_original(config_.prediction, out, x, here));
        const at::Tensor noise = predicted_noise(config_.prediction, out, x, here);
        return x0 * next.alpha + noise * next.sigma;
    }

private:
    const int stride_;
};

}  // namespace

std::unique_ptr<Sampler> make_ddim(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Ddim>(config, request);
}

}  // namespace fanlight
