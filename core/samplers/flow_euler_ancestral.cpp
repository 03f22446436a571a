// Euler's method along a flow with part of the noise redrawn at each step: it goes down below the next level, and up
// again by fresh noise, so that picture and noise have the proportions of that level.

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/samplers/flow_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class FlowEulerAncestral : public FlowSampler {
public:
    FlowEulerAncestral(const SchedulerConfig& config, const ScheduleRequest& request)
        : FlowSampler(config, request), eta_(request.eta_or(1)) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const float sigma = sigmas_[i], next = sigmas_[i + 1];
        const at::Tensor precise = x.to(at::kFloat);
        const at::Tensor picture = predicted_original(config_.prediction, out, precise, seen_level(i));
        if (i + 1 == timesteps_.size()) return picture.to(out.scalar_type());
        const float down = next * (1 + (next / sigma - 1) * eta_);
        const float kept = (1 - next) / (1 - down);  // scales the picture to the next level's share
        const float up = std::sqrt(std::max(next * next - down * down * kept * kept, 0.0f));
        const at::Tensor below = precise * (down / sigma) + picture * (1 - down / sigma);
        return (below * kept + noise.draw() * up).to(out.scalar_type());
    }

private:
    const float eta_;
};

}  // namespace

std::unique_ptr<Sampler> make_flow_euler_ancestral(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<FlowEulerAncestral>(config, request);
}

}  // namespace fanlight
