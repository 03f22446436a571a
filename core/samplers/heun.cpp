// Heun's second-order method (Karras et al. 2022, algorithm 1); diffusers' HeunDiscreteScheduler. Two evaluations per
// step except for the last.

#include <ATen/ATen.h>

#include "core/samplers/heun_sampler.h"
#include "core/samplers/heun_steps.h"
#include "core/samplers/methods.h"

namespace fanlight {

namespace {

class Heun : public HeunSampler {
public:
    Heun(const SchedulerConfig& config, const ScheduleRequest& request)
        : HeunSampler(config, request.steps, request.timesteps) {
        evaluate_twice(timesteps_, sigmas_);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        return heun_step(out, i, x);
    }
};

}  // namespace

std::unique_ptr<Sampler> make_heun(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Heun>(config, request);
}

}  // namespace fanlight
