#pragma once

#include "core/samplers/sampler.h"

namespace fanlight {

/// Common base of euler and heun for models that predict a flow: x = (1 - sigma) * x0 + sigma * noise. The network sees
/// x unscaled, and sigma as a number of training steps.
class FlowSampler : public Sampler {
protected:
    FlowSampler(const SchedulerConfig& config, const ScheduleRequest& request);

    NoiseLevel seen_level(size_t i) const override { return NoiseLevel::of_flow(sigmas_[i]); }
    NoiseLevel first_level(at::ScalarType dtype) const override;
};

}  // namespace fanlight
