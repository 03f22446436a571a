#pragma once

#include "core/samplers/sampler.h"

namespace fanlight {

/// What euler and heun share on models that predict a flow: x = (1 - sigma) * x0 + sigma * noise, the network sees it
/// as it is and is told sigma, as a number of training steps.
class FlowSampler : public Sampler {
protected:
    FlowSampler(const SchedulerConfig& config, const ScheduleRequest& request);

    NoiseLevel seen_level(size_t i) const override { return NoiseLevel::of_flow(sigmas_[i]); }
    NoiseLevel first_level(at::ScalarType dtype) const override;
};

}  // namespace fanlight
