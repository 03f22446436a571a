// Euler's method along a flow (Liu et al. 2022, Lipman et al. 2023); diffusers' FlowMatchEulerDiscreteScheduler.

#include <ATen/ATen.h>

#include "core/samplers/flow_sampler.h"
#include "core/samplers/methods.h"

namespace fanlight {

namespace {

class FlowEuler : public FlowSampler {
public:
    FlowEuler(const SchedulerConfig& config, const ScheduleRequest& request) : FlowSampler(config, request) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        return (x.to(at::kFloat) + out * (sigmas_[i + 1] - sigmas_[i])).to(out.scalar_type());
    }
};

}  // namespace

std::unique_ptr<Sampler> make_flow_euler(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<FlowEuler>(config, request);
}

}  // namespace fanlight
