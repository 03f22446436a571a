// DDIM (Song et al. 2021, equations 12 and 16), without noise unless there is an eta; diffusers' DDIMScheduler.

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/samplers/alpha_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Ddim : public AlphaSampler {
public:
    Ddim(const SchedulerConfig& config, const ScheduleRequest& request)
        : AlphaSampler(config), stride_(config.train_timesteps / request.steps), eta_(request.eta_or(0)) {
        timesteps_ = spaced_timesteps(config, {.last = config.train_timesteps}, request.steps);
        alphas_.check(timesteps_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const auto t = static_cast<int>(timesteps_[i]);
        const float a = alphas_.at(t), a_next = alphas_.at_target(t - stride_);
        const NoiseLevel here = seen_level(i), next = NoiseLevel::of_alpha_cumprod(a_next);
        const at::Tensor x0 = limited(config_, predicted_original(config_.prediction, out, x, here));
        const at::Tensor direction = predicted_noise(config_.prediction, out, x, here);
        if (eta_ == 0) return x0 * next.alpha + direction * next.sigma;
        const float up = eta_ * std::sqrt((1 - a_next) / (1 - a) * (1 - a / a_next));
        const float kept = std::sqrt(std::max(1 - a_next - up * up, 0.0f));
        return x0 * next.alpha + direction * kept + noise.draw() * up;
    }

private:
    const int stride_;
    const float eta_;
};

}  // namespace

std::unique_ptr<Sampler> make_ddim(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Ddim>(config, request);
}

}  // namespace fanlight
