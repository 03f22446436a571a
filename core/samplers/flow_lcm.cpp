// Consistency sampling along a flow: each step leads to the picture, which is given fresh noise for the next;
// diffusers' FlowMatchLCMScheduler, with noise that belongs to the picture's seed.

#include <ATen/ATen.h>

#include "core/samplers/flow_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class FlowLcm : public FlowSampler {
public:
    FlowLcm(const SchedulerConfig& config, const ScheduleRequest& request) : FlowSampler(config, request) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const at::Tensor picture = predicted_original(config_.prediction, out, x.to(at::kFloat), seen_level(i));
        if (i + 1 == timesteps_.size()) return picture.to(out.scalar_type());
        const float next = sigmas_[i + 1];
        return (picture * (1 - next) + noise.draw() * next).to(out.scalar_type());
    }
};

}  // namespace

std::unique_ptr<Sampler> make_flow_lcm(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<FlowLcm>(config, request);
}

}  // namespace fanlight
