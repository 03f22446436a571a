// Euler's method with part of the noise redrawn at each step (Song et al. 2021, in k-diffusion's parametrisation);
// diffusers' EulerAncestralDiscreteScheduler.

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"
#include "core/samplers/sigma_sampler.h"

namespace fanlight {

namespace {

class EulerAncestral : public SigmaSampler {
public:
    EulerAncestral(const SchedulerConfig& config, const ScheduleRequest& request)
        : SigmaSampler(config, request.steps) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const float sigma = sigmas_[i], from = sigma * sigma, to = sigmas_[i + 1] * sigmas_[i + 1];
        const float up = std::sqrt(to * (from - to) / from);         // amount of noise to add
        const float down = std::sqrt(std::max(to - up * up, 0.0f));  // noise level before adding it
        const at::Tensor precise = x.to(at::kFloat);
        const at::Tensor derivative = (precise - predicted_original(config_.prediction, out, precise, sigma)) / sigma;
        return (precise + derivative * (down - sigma) + noise.draw() * up).to(out.scalar_type());
    }
};

}  // namespace

std::unique_ptr<Sampler> make_euler_ancestral(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<EulerAncestral>(config, request);
}

}  // namespace fanlight
