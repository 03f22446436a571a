// Euler's method in sigma (Karras et al. 2022, algorithm 2 without churn); diffusers' EulerDiscreteScheduler.

#include <ATen/ATen.h>

#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"
#include "core/samplers/sigma_sampler.h"

namespace fanlight {

namespace {

class Euler : public SigmaSampler {
public:
    Euler(const SchedulerConfig& config, const ScheduleRequest& request)
        : SigmaSampler(config, request.steps, request.timesteps) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const at::Tensor precise = x.to(at::kFloat);
        const at::Tensor derivative =
            (precise - predicted_original(config_.prediction, out, precise, sigmas_[i])) / sigmas_[i];
        return (precise + derivative * (sigmas_[i + 1] - sigmas_[i])).to(out.scalar_type());
    }
};

}  // namespace

std::unique_ptr<Sampler> make_euler(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Euler>(config, request);
}

}  // namespace fanlight
