#pragma once

#include "core/samplers/noise_schedule.h"
#include "core/samplers/sampler.h"

namespace fanlight {

/// Common base of the methods in sigma (Karras et al. 2022), such as euler: x = x0 + sigma * noise, the network sees x
/// scaled to unit variance, and timesteps may be fractional.
class SigmaSampler : public Sampler {
public:
    at::Tensor scale_model_input(const at::Tensor& x, size_t i) const override;

protected:
    /// `timesteps`: to take; empty: as the config says.
    SigmaSampler(const SchedulerConfig& config, int steps, const Timesteps& timesteps = {});

    /// dx / dsigma at evaluation i, by the network's output there.
    at::Tensor slope(const at::Tensor& out, size_t i, const at::Tensor& x) const;
    /// The training step with this noise level.
    double timestep_of(float sigma) const;

    NoiseLevel seen_level(size_t i) const override { return NoiseLevel::of_karras(sigmas_[i]); }
    NoiseLevel first_level(at::ScalarType dtype) const override;

private:
    std::vector<float> training_;  ///< sigmas
};

}  // namespace fanlight
