#include "core/samplers/dpmpp_multistep.h"

#include <ATen/ATen.h>

namespace fanlight {

DpmppMultistep::DpmppMultistep(const SchedulerConfig& config, const ScheduleRequest& request, float eta)
    : MultistepSampler(config, dpm_grid(config, request, config.beta_schedule != BetaSchedule::SquaredcosCapV2,
                                        FlowStart::PureNoise)),
      eta_(eta) {}

at::Tensor DpmppMultistep::step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) {
    remember(predicted_picture(out, i, x));
    const at::Tensor next = update(i, x.to(at::kFloat));
    if (eta_ == 0) return next.to(output(0).scalar_type());
    const at::Tensor fresh = noise.draw().to(at::kFloat) * DpmppStep(level(i), level(i + 1), eta_).fresh;
    return (next + fresh).to(output(0).scalar_type());
}

size_t DpmppMultistep::order(size_t i) const {
    const bool is_last = i + 1 == timesteps_.size();
    return is_last && (config_.euler_at_final || config_.final_sigma_is_zero) ? 1 : usable_order(i);
}

/// The derivatives are divided differences of the latest predictions.
at::Tensor DpmppMultistep::update(size_t i, const at::Tensor& x) const {
    const DpmppStep step(level(i), level(i + 1), eta_);
    const at::Tensor next = x * step.keep + output(0) * step.gain;
    const size_t order = this->order(i);
    if (order == 1) return next;

    const float h = lambda(i + 1) - lambda(i), r0 = (lambda(i) - lambda(i - 1)) / h;
    const at::Tensor newer = (output(0) - output(1)) * (1.0f / r0);
    if (order == 2) return next + newer * (config_.solver_type == SolverType::Midpoint ? 0.5f * step.gain : step.bend);

    const float r1 = (lambda(i - 1) - lambda(i - 2)) / h;
    const at::Tensor change = newer - (output(1) - output(2)) * (1.0f / r1);
    const at::Tensor first = newer + change * (r0 / (r0 + r1)), second = change * (1.0f / (r0 + r1));
    return next + first * step.bend + second * curve(step);
}

}  // namespace fanlight
