#pragma once

#include "core/samplers/noise_schedule.h"
#include "core/samplers/sampler.h"

namespace fanlight {

/// Common base of euler, euler_ancestral and heun (Karras et al. 2022): x = x0 + sigma * noise, the network sees x
/// scaled to unit variance, and timesteps may be fractional.
class SigmaSampler : public Sampler {
public:
    at::Tensor scale_model_input(const at::Tensor& x, size_t i) const override;

protected:
    SigmaSampler(const SchedulerConfig& config, int steps);

    NoiseLevel seen_level(size_t i) const override { return NoiseLevel::of_karras(sigmas_[i]); }
    NoiseLevel first_level(at::ScalarType dtype) const override;
};

}  // namespace fanlight
