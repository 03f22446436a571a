#pragma once

#include "core/samplers/sigma_sampler.h"

namespace fanlight {

/// Common base of heun and restart: an Euler step, then the mean of the slopes at both of its ends. Level 2k is where
/// step k begins, level 2k + 1 where it ends; the last step, which leads to the picture itself, is Euler's alone.
class HeunSampler : public SigmaSampler {
protected:
    HeunSampler(const SchedulerConfig& config, int steps, const Timesteps& timesteps = {})
        : SigmaSampler(config, steps, timesteps) {}

    bool begins(size_t i) const { return i % 2 == 0; }
    at::Tensor heun_step(const at::Tensor& out, size_t i, const at::Tensor& x);

    size_t evaluations_a_step() const override { return 2; }

private:
    at::Tensor start_, slope_;  ///< x and its slope where the step begins
};

}  // namespace fanlight
