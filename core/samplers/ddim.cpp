// DDIM without fresh noise (Song et al. 2021, equation 12 with eta 0); diffusers' DDIMScheduler.

#include <ATen/ATen.h>

#include "core/samplers/methods.h"
#include "core/samplers/noise_schedule.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Ddim : public Sampler {
public:
    Ddim(const SchedulerConfig& config, int steps)
        : config_(config), alphas_(config), stride_(config.train_timesteps / steps) {
        timesteps_ = spaced_timesteps(config, {.last = config.train_timesteps}, steps);
        alphas_.check(timesteps_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const auto t = static_cast<int>(timesteps_[i]);
        const float a = alphas_.at(t), a_next = alphas_.at_target(t - stride_);
        const float alpha = std::sqrt(a), sigma = std::sqrt(1 - a);
        const at::Tensor x0 = limited(config_, predicted_original(config_.prediction, out, x, alpha, sigma));
        const at::Tensor noise = predicted_noise(config_.prediction, out, x, alpha, sigma);
        return x0 * std::sqrt(a_next) + noise * std::sqrt(1 - a_next);
    }

private:
    const SchedulerConfig config_;
    const AlphaTable alphas_;
    const int stride_;
};

}  // namespace

std::unique_ptr<Sampler> make_ddim(const SchedulerConfig& config, int steps) {
    return std::make_unique<Ddim>(config, steps);
}

}  // namespace fanlight
