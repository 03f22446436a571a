// DPM-Solver++ (Lu et al. 2022b, algorithm 1, singlestep): a step of order n goes on from where the last of order 1
// began, with the predictions that were made since; diffusers' DPMSolverSinglestepScheduler.

#include <ATen/ATen.h>

#include <algorithm>

#include "core/samplers/dpmpp_step.h"
#include "core/samplers/methods.h"
#include "core/samplers/multistep_sampler.h"

namespace fanlight {

namespace {

class Dpmpp2s : public MultistepSampler {
public:
    Dpmpp2s(const SchedulerConfig& config, const ScheduleRequest& request)
        : MultistepSampler(config, dpm_grid(config, request)),
          eta_(config.stochastic ? 1 : 0),
          total_(timesteps_.size()) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        remember(predicted_picture(out, i, x));
        const at::Tensor fresh = eta_ > 0 ? noise.draw() : at::Tensor();
        const size_t order = std::min(this->order(skipped_ + i), outputs_.size());
        if (order == 1) start_ = x;
        const DpmppStep step(level(i + 1 - order), level(i + 1), eta_);
        const at::Tensor next = update(step, i, order);
        return fresh.defined() ? next + fresh * step.fresh : next;
    }

private:
    /// 1, 2, 1, 2, …, up to the solver's order, lower at the end. `i`: skipped steps count.
    size_t order(size_t i) const {
        const auto highest = static_cast<size_t>(config_.solver_order);
        const bool is_last = i + 1 == total_, lowers = config_.lower_order_final && total_ % highest == 0;
        return is_last && (lowers || config_.final_sigma_is_zero) ? 1 : i % highest + 1;
    }

    at::Tensor update(const DpmppStep& step, size_t i, size_t order) const {
        const bool is_midpoint = config_.solver_type == SolverType::Midpoint;
        const at::Tensor& oldest = output(order - 1);
        const at::Tensor next = start_ * step.keep + oldest * step.gain;
        if (order == 1) return next;

        const float begin = lambda(i + 1 - order), h = lambda(i + 1) - begin, r0 = (lambda(i) - begin) / h;
        const at::Tensor late = (output(0) - oldest) * (1.0f / r0);
        if (order == 2) return next + late * (is_midpoint ? 0.5f * step.gain : step.bend);
        if (is_midpoint) return next + late * step.bend;

        const float r1 = (lambda(i - 1) - begin) / h;
        const at::Tensor early = (output(1) - oldest) * (1.0f / r1);
        const at::Tensor first = (early * r0 - late * r1) / (r0 - r1), second = (late - early) * 2.0f / (r0 - r1);
        return next + first * step.bend + second * step.diffusers_curve;
    }

    const float eta_;
    const size_t total_;  ///< steps, skipped ones included
    at::Tensor start_;    ///< x before the last step of order 1
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2s(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Dpmpp2s>(config, request);
}

}  // namespace fanlight
