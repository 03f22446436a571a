// Latent consistency sampling (Luo et al. 2023, algorithm 3); diffusers' LCMScheduler.

#include <ATen/ATen.h>

#include "core/samplers/methods.h"
#include "core/samplers/noise_schedule.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Lcm : public Sampler {
public:
    Lcm(const SchedulerConfig& config, int steps) : config_(config), alphas_(config) {
        const int original = config.original_inference_steps;
        if (steps > original)
            throw Error("The sampler lcm takes at most " + std::to_string(original) +
                        " steps for this model (\"original_inference_steps\"), not " + std::to_string(steps));
        const int stride = config.train_timesteps / original;
        for (int i = 0; i < steps; ++i) {
            const int index = static_cast<int>(std::floor(i * (double(original) / steps)));
            timesteps_.push_back((original - index) * stride - 1);
        }
        alphas_.check(timesteps_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const auto t = static_cast<int>(timesteps_[i]);
        const bool last = i + 1 == timesteps_.size();
        const float a = alphas_.at(t), a_next = alphas_.at_target(last ? t : static_cast<int>(timesteps_[i + 1]));
        const at::Tensor x0 =
            limited(config_, predicted_original(config_.prediction, out, x, std::sqrt(a), std::sqrt(1 - a)));
        constexpr float data_variance = 0.25f;
        const auto scaled = static_cast<float>(t * config_.timestep_scaling);
        const float sum = scaled * scaled + data_variance;
        const at::Tensor denoised = x0 * (scaled / std::sqrt(sum)) + x * (data_variance / sum);
        if (last) return denoised;
        return denoised * std::sqrt(a_next) + noise.draw() * std::sqrt(1 - a_next);
    }

private:
    const SchedulerConfig config_;
    const AlphaTable alphas_;
};

}  // namespace

std::unique_ptr<Sampler> make_lcm(const SchedulerConfig& config, int steps) {
    return std::make_unique<Lcm>(config, steps);
}

}  // namespace fanlight
