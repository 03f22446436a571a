// DPM-Solver-2 with part of the noise redrawn at each step; diffusers' KDPM2AncestralDiscreteScheduler, and
// k-diffusion's sample_dpm_2_ancestral for an eta other than 1.

#include <ATen/ATen.h>

#include "core/samplers/ancestral.h"
#include "core/samplers/methods.h"
#include "core/samplers/midpoint_sampler.h"

namespace fanlight {

namespace {

class Dpm2Ancestral : public MidpointSampler {
public:
    Dpm2Ancestral(const SchedulerConfig& config, const ScheduleRequest& request)
        : MidpointSampler(config, request.steps, request.eta_or(1)), eta_(request.eta_or(1)) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const at::Tensor slope = this->slope(out, i, x);
        if (is_halfway(i)) {
            const auto [down, up] = Ancestral::between(begin(i), end(i), eta_);
            return start_ + slope * (down - begin(i)) + noise.draw() * up;
        }
        start_ = x;
        return x + slope * (sigmas_[i + 1] - sigmas_[i]);
    }

private:
    const float eta_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpm2_ancestral(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Dpm2Ancestral>(config, request);
}

}  // namespace fanlight
