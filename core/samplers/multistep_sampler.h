#pragma once

#include <deque>

#include "core/samplers/flow_schedule.h"
#include "core/samplers/noise_schedule.h"
#include "core/samplers/sampler.h"

namespace fanlight {

/// Common base of the solvers of the diffusion ODE in log-SNR (Lu et al. 2022, Zhao et al. 2023): noise levels at whole
/// timesteps, and the network's latest predictions. A flow is another form of the same ODE, with its own levels.
class MultistepSampler : public Sampler {
protected:
    struct Grid {
        std::vector<double> timesteps;
        std::vector<float> sigmas;  ///< and the final one
    };
    /// `last`: training steps in use; `rounds`: the timesteps of Karras' sigmas are rounded, not truncated.
    static Grid grid(const SchedulerConfig& config, int last, bool rounds, int steps);
    /// At these timesteps.
    static Grid grid_at(const SchedulerConfig& config, const Timesteps& timesteps);
    /// For a model that predicts a flow, with these levels.
    static Grid flow_grid(const SchedulerConfig& config, const std::vector<double>& flow_sigmas);
    /// Of the solvers of the DPM family, for either kind of model. Throws Error if lambda_min_clipped leaves no
    /// training step.
    static Grid dpm_grid(const SchedulerConfig& config, const ScheduleRequest& request, bool rounds = true,
                         FlowStart start = FlowStart::NearlyPureNoise);

    MultistepSampler(const SchedulerConfig& config, Grid grid);

    /// For methods that cannot reach a picture without noise: the last step stays at the level where it begins, if
    /// that belongs to a sigma schedule or a flow.
    void stay_at_last_level();

    NoiseLevel level(size_t i) const { return level_of(sigmas_[i]); }
    float lambda(size_t i) const { return level(i).lambda(); }
    NoiseLevel seen_level(size_t i) const override { return level(i); }
    NoiseLevel first_level(at::ScalarType dtype) const override;

    /// x0, limited to the range of the data as the config says; without the variance that some networks predict, too.
    at::Tensor predicted_picture(const at::Tensor& out, size_t i, const at::Tensor& x) const;

    /// The prediction `back` steps ago; 0 is the latest.
    const at::Tensor& output(size_t back) const { return outputs_[outputs_.size() - 1 - back]; }
    void remember(at::Tensor output);
    /// As many predictions as there are, fewer in the last of few steps.
    size_t usable_order(size_t i) const;

    std::deque<at::Tensor> outputs_;  ///< at most solver_order of them

private:
    NoiseLevel level_of(float sigma) const {
        return config_.prediction == Prediction::Flow ? NoiseLevel::of_flow(sigma) : NoiseLevel::of_karras(sigma);
    }
};

}  // namespace fanlight
