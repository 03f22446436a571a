#pragma once

#include <deque>

#include "core/samplers/noise_schedule.h"
#include "core/samplers/sampler.h"

namespace fanlight {

/// Common base of the solvers of the diffusion ODE in log-SNR (Lu et al. 2022, Zhao et al. 2023): noise levels at whole
/// timesteps, and the network's latest predictions. A flow is another form of the same ODE, with its own levels.
class MultistepSampler : public Sampler {
protected:
    /// `last`: training steps in use; `rounds`: the timesteps of Karras' sigmas are rounded, not truncated.
    MultistepSampler(const SchedulerConfig& config, int last, bool rounds, int steps);

    /// For a model that predicts a flow, with these levels.
    MultistepSampler(const SchedulerConfig& config, const std::vector<double>& flow_sigmas);

    NoiseLevel level(size_t i) const { return level_of(sigmas_[i]); }
    NoiseLevel seen_level(size_t i) const override { return level(i); }
    NoiseLevel first_level(at::ScalarType dtype) const override;

    /// The prediction `back` steps ago; 0 is the latest.
    const at::Tensor& output(size_t back) const { return outputs_[outputs_.size() - 1 - back]; }
    void remember(at::Tensor output);

    std::deque<at::Tensor> outputs_;  ///< at most solver_order of them

private:
    NoiseLevel level_of(float sigma) const {
        return config_.prediction == Prediction::Flow ? NoiseLevel::of_flow(sigma) : NoiseLevel::of_karras(sigma);
    }
};

}  // namespace fanlight
