#pragma once

#include "core/samplers/sigma_sampler.h"

namespace fanlight {

/// Common base of methods that evaluate the network where a step begins and in its middle, halfway in log sigma; once
/// only in the last step, which leads to the picture itself.
class MidpointSampler : public SigmaSampler {
protected:
    /// `eta`: the middle is that of the way to the level from which such an ancestral step adds noise.
    MidpointSampler(const SchedulerConfig& config, int steps, float eta);

    bool is_halfway(size_t i) const { return i % 2 == 1; }
    bool is_last(size_t i) const { return i + 1 == timesteps_.size(); }
    /// Of the step that evaluation i belongs to.
    float begin(size_t i) const { return sigmas_[i - i % 2]; }
    float end(size_t i) const { return is_last(i) ? sigmas_[i + 1] : sigmas_[i - i % 2 + 2]; }

    size_t evaluations_a_step() const override { return 2; }

    at::Tensor start_;  ///< x where the step begins
};

}  // namespace fanlight
