#pragma once

#include "core/samplers/noise_schedule.h"
#include "core/samplers/sampler.h"

namespace fanlight {

/// Common base of ddim, pndm and lcm: noise is given by whole training timesteps, and the network sees x unscaled.
class AlphaSampler : public Sampler {
protected:
    explicit AlphaSampler(const SchedulerConfig& config) : Sampler(config), alphas_(config) {}

    NoiseLevel seen_level(size_t i) const override { return NoiseLevel::of_alpha_cumprod(alpha_at(i)); }
    NoiseLevel first_level(at::ScalarType dtype) const override;

    const AlphaTable alphas_;

private:
    float alpha_at(size_t i) const { return alphas_.at(static_cast<int>(timesteps_[i])); }
};

}  // namespace fanlight
