// Euler's method with part of the noise drawn afresh at each step (Song et al. 2021, in k-diffusion's parametrisation);
// diffusers' EulerAncestralDiscreteScheduler.

#include <ATen/ATen.h>

#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"
#include "core/samplers/sigma_sampler.h"

namespace fanlight {

namespace {

class EulerAncestral : public SigmaSampler {
public:
    EulerAncestral(const SchedulerConfig& config, int steps) : SigmaSampler(config, steps) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const float from = sigmas_[i], to = sigmas_[i + 1];
        const float up = std::sqrt(to * to * (from * from - to * to) / (from * from)),
                    down = std::sqrt(to * to - up * up);
        const at::Tensor precise = x.to(at::kFloat);
        const at::Tensor derivative = (precise - predicted_original(config_.prediction, out, precise, from)) / from;
        return (precise + derivative * (down - from) + noise.draw() * up).to(out.scalar_type());
    }
};

}  // namespace

std::unique_ptr<Sampler> make_euler_ancestral(const SchedulerConfig& config, int steps) {
    return std::make_unique<EulerAncestral>(config, steps);
}

}  // namespace fanlight
