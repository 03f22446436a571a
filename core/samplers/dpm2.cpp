// DPM-Solver-2 (Lu et al. 2022, algorithm 1, in k-diffusion's parametrisation): the slope in the middle of a step is
// that of the whole. diffusers' KDPM2DiscreteScheduler.

#include <ATen/ATen.h>

#include "core/samplers/methods.h"
#include "core/samplers/midpoint_sampler.h"

namespace fanlight {

namespace {

class Dpm2 : public MidpointSampler {
public:
    Dpm2(const SchedulerConfig& config, const ScheduleRequest& request) : MidpointSampler(config, request.steps, 0) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const at::Tensor slope = this->slope(out, i, x);
        if (is_halfway(i)) return start_ + slope * (end(i) - begin(i));
        start_ = x;
        return x + slope * (sigmas_[i + 1] - sigmas_[i]);
    }
};

}  // namespace

std::unique_ptr<Sampler> make_dpm2(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Dpm2>(config, request);
}

}  // namespace fanlight
