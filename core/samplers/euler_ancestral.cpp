// Euler's method with part of the noise redrawn at each step; diffusers' EulerAncestralDiscreteScheduler, and
// k-diffusion's sample_euler_ancestral for an eta other than 1.

#include <ATen/ATen.h>

#include "core/samplers/ancestral.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"
#include "core/samplers/sigma_sampler.h"

namespace fanlight {

namespace {

class EulerAncestral : public SigmaSampler {
public:
    EulerAncestral(const SchedulerConfig& config, const ScheduleRequest& request)
        : SigmaSampler(config, request.steps), eta_(request.eta_or(1)) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const float sigma = sigmas_[i];
        const auto [down, up] = Ancestral::between(sigma, sigmas_[i + 1], eta_);
        const at::Tensor precise = x.to(at::kFloat);
        const at::Tensor derivative = (precise - predicted_original(config_.prediction, out, precise, sigma)) / sigma;
        return (precise + derivative * (down - sigma) + noise.draw() * up).to(out.scalar_type());
    }

private:
    const float eta_;
};

}  // namespace

std::unique_ptr<Sampler> make_euler_ancestral(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<EulerAncestral>(config, request);
}

}  // namespace fanlight
