#pragma once

#include <deque>

#include "core/samplers/noise_schedule.h"
#include "core/samplers/sampler.h"

namespace fanlight {

/// What the solvers of the diffusion ODE in log-SNR share (Lu et al. 2022, Zhao et al. 2023): sigmas at whole
/// timesteps, and the network's last predictions.
class MultistepSampler : public Sampler {
protected:
    /// `last`: training steps in use; `rounds`: the timesteps of Karras' sigmas are rounded, not cut.
    MultistepSampler(const SchedulerConfig& config, int last, bool rounds, int steps);

    AlphaSigma level(size_t i) const { return AlphaSigma(sigmas_[i]); }
    /// The prediction `back` steps ago; 0 is the newest.
    const at::Tensor& output(size_t back) const { return outputs_[outputs_.size() - 1 - back]; }
    void remember(at::Tensor output);

    const SchedulerConfig config_;
    std::deque<at::Tensor> outputs_;  ///< up to solver_order of them
};

}  // namespace fanlight
