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
    EulerAncestral(const SchedulerConfig& config, int steps) : SigmaSampler(config, steps) {
        const at::Tensor squares = at::tensor(sigmas_).square(), from = squares.slice(0, 0, -1),
                         to = squares.slice(0, 1);
        const at::Tensor up = square_root(to * (from - to) / from);
        up_ = values_of(up);
        down_ = values_of(square_root((to - up.square()).clamp_min(0)));
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const float sigma = sigmas_[i];
        const at::Tensor precise = x.to(at::kFloat);
        const at::Tensor derivative = (precise - predicted_original(config_.prediction, out, precise, sigma)) / sigma;
        return (precise + derivative * (down_[i] - sigma) + noise.draw() * up_[i]).to(out.scalar_type());
    }

private:
    std::vector<float> up_, down_;  ///< of each step: the noise that is added, and the level that it is added at
};

}  // namespace

std::unique_ptr<Sampler> make_euler_ancestral(const SchedulerConfig& config, int steps) {
    return std::make_unique<EulerAncestral>(config, steps);
}

}  // namespace fanlight
