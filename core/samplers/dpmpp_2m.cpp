// DPM-Solver++ (Lu et al. 2022b, algorithm 2 for order 2, multistep), also with noise at each step (SDE); diffusers'
// DPMSolverMultistepScheduler.

#include <ATen/ATen.h>

#include <algorithm>

#include "core/samplers/flow_schedule.h"
#include "core/samplers/methods.h"
#include "core/samplers/multistep_sampler.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

/// Training steps whose log-SNR is at least lambda_min_clipped.
int usable_steps(const SchedulerConfig& config) {
    const std::vector<float> sigmas = training_sigmas(config);
    const auto floor = static_cast<float>(config.lambda_min_clipped);
    const auto usable = static_cast<int>(std::count_if(
        sigmas.begin(), sigmas.end(), [&](float sigma) { return NoiseLevel::of_karras(sigma).lambda() >= floor; }));
    if (usable == 0)
        throw Error("scheduler_config.json: \"lambda_min_clipped\" leaves no training step; choose a lower one");
    return usable;
}

class Dpmpp2m : public MultistepSampler {
public:
    Dpmpp2m(const SchedulerConfig& config, const ScheduleRequest& request)
        : MultistepSampler(config, usable_steps(config), config.beta_schedule != BetaSchedule::SquaredcosCapV2,
                           request.steps) {}
    Dpmpp2m(const SchedulerConfig& config, const std::vector<double>& flow_sigmas)
        : MultistepSampler(config, flow_sigmas) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const bool drops_variance = config_.learned_variance && config_.prediction == Prediction::Epsilon;
        remember(limited(
            config_, predicted_original(config_.prediction, drops_variance ? out.slice(1, 0, 3) : out, x, level(i))));
        const at::Tensor precise = x.to(at::kFloat);
        const at::Tensor next = config_.stochastic ? stochastic_update(i, precise, noise.draw()) : update(i, precise);
        return next.to(output(0).scalar_type());
    }

private:
    size_t order(size_t i) const {
        const size_t left = timesteps_.size() - i;
        const bool few = config_.lower_order_final && skipped_ + timesteps_.size() < 15;
        if (left == 1 && (few || config_.euler_at_final || config_.final_sigma_is_zero)) return 1;
        return left == 2 && few ? std::min<size_t>(outputs_.size(), 2) : outputs_.size();
    }

    float lambda(size_t i) const { return level(i).lambda(); }

    struct Differences {
        at::Tensor first, second;
    };
    /// Divided differences of the latest predictions over the log-SNR, in units of the step h.
    Differences differences(size_t i, size_t order) const {
        const float h = lambda(i + 1) - lambda(i), r0 = (lambda(i) - lambda(i - 1)) / h;
        const at::Tensor newer = (output(0) - output(1)) * (1.0f / r0);
        if (order == 2) return {newer, {}};
        const float r1 = (lambda(i - 1) - lambda(i - 2)) / h;
        const at::Tensor bend = newer - (output(1) - output(2)) * (1.0f / r1);
        return {newer + bend * (r0 / (r0 + r1)), bend * (1.0f / (r0 + r1))};
    }

    at::Tensor update(size_t i, const at::Tensor& x) const {
        const NoiseLevel t = level(i + 1), s = level(i);
        const float h = lambda(i + 1) - lambda(i), decay = std::exp(-h) - 1.0f;
        const at::Tensor next = x * (t.sigma / s.sigma) - output(0) * (t.alpha * decay);
        const size_t order = this->order(i);
        if (order == 1) return next;
        const auto [first, second] = differences(i, order);
        if (order == 2 && config_.solver_type == SolverType::Midpoint) return next - first * (0.5f * (t.alpha * decay));
        const at::Tensor bent = next + first * (t.alpha * (decay / h + 1.0f));
        return order == 2 ? bent : bent - second * (t.alpha * ((std::exp(-h) - 1.0f + h) / (h * h) - 0.5f));
    }

    at::Tensor stochastic_update(size_t i, const at::Tensor& x, const at::Tensor& noise) const {
        const NoiseLevel t = level(i + 1), s = level(i);
        const float h = lambda(i + 1) - lambda(i), gain = 1.0f - std::exp(-2.0f * h);
        const at::Tensor fresh = noise.to(at::kFloat) * (t.sigma * std::sqrt(gain));
        const at::Tensor next = x * (t.sigma / s.sigma * std::exp(-h)) + output(0) * (t.alpha * gain);
        const size_t order = this->order(i);
        if (order == 1) return next + fresh;
        const auto [first, second] = differences(i, order);
        if (order == 2 && config_.solver_type == SolverType::Midpoint)
            return next + first * (0.5f * (t.alpha * gain)) + fresh;
        const at::Tensor bent = next + first * (t.alpha * (gain / (-2.0f * h) + 1.0f));
        return (order == 2 ? bent : bent + second * (t.alpha * ((gain - 2.0f * h) / (4.0f * h * h) - 0.5f))) + fresh;
    }
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2m(const SchedulerConfig& config, const ScheduleRequest& request) {
    if (request.flow) return std::make_unique<Dpmpp2m>(config, dpm_flow_sigmas(config, request));
    return std::make_unique<Dpmpp2m>(config, request);
}

}  // namespace fanlight
