// Heun's second-order method (Karras et al. 2022, algorithm 1): an Euler step, then the mean of the slopes at both
// ends. diffusers' HeunDiscreteScheduler; two evaluations per step except for the last.

#include <ATen/ATen.h>

#include "core/samplers/heun_steps.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"
#include "core/samplers/sigma_sampler.h"

namespace fanlight {

namespace {

class Heun : public SigmaSampler {
public:
    Heun(const SchedulerConfig& config, const ScheduleRequest& request) : SigmaSampler(config, request.steps) {
        evaluate_twice(timesteps_, sigmas_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const bool first = i % 2 == 0;
        const float sigma = first ? sigmas_[i] : sigmas_[i - 1], next = first ? sigmas_[i + 1] : sigmas_[i];
        const float here = first ? sigma : next;
        const at::Tensor slope = (x - limited(config_, predicted_original(config_.prediction, out, x, here))) / here;
        if (!first) return start_ + (slope_ + slope) / 2 * (next - sigma);
        start_ = x;
        slope_ = slope;
        return x + slope * (next - sigma);
    }

private:
    size_t evaluations_a_step() const override { return 2; }

    at::Tensor start_, slope_;
};

}  // namespace

std::unique_ptr<Sampler> make_heun(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Heun>(config, request);
}

}  // namespace fanlight
