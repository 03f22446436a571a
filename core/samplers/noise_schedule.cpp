#include "core/samplers/noise_schedule.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace fanlight {

namespace {

/// Betas for which alphas_cumprod follows `alpha_bar` over t in 0..1.
at::Tensor betas_for(double (*alpha_bar)(double), int steps) {
    std::vector<float> betas;
    for (int i = 0; i < steps; ++i) {
        const double from = static_cast<double>(i) / steps, to = static_cast<double>(i + 1) / steps;
        betas.push_back(static_cast<float>(std::min(1 - alpha_bar(to) / alpha_bar(from), 0.999)));
    }
    return at::tensor(betas);
}

at::Tensor betas_of(const SchedulerConfig& c) {
    if (!c.trained_betas.empty()) return at::tensor(std::vector<float>(c.trained_betas.begin(), c.trained_betas.end()));
    switch (c.beta_schedule) {
        case BetaSchedule::Linear:
            return at::linspace(c.beta_start, c.beta_end, c.train_timesteps, at::kFloat);
        case BetaSchedule::ScaledLinear:
            return at::linspace(std::sqrt(c.beta_start), std::sqrt(c.beta_end), c.train_timesteps, at::kFloat).pow(2);
        case BetaSchedule::SquaredcosCapV2:
            return betas_for([](double t) { return std::pow(std::cos((t + 0.008) / 1.008 * M_PI / 2), 2); },
                             c.train_timesteps);
        case BetaSchedule::Exp:
            return betas_for([](double t) { return std::exp(t * -12.0); }, c.train_timesteps);
    }
    return {};
}

at::Tensor rescaled_to_zero_snr(const at::Tensor& betas) {
    const at::Tensor sqrt_bar = square_root((1 - betas).cumprod(0));
    const at::Tensor first = sqrt_bar[0].clone(), last = sqrt_bar[-1].clone();
    const at::Tensor bar = ((sqrt_bar - last) * (first / (first - last))).pow(2);
    const at::Tensor alphas = at::cat({bar.slice(0, 0, 1), bar.slice(0, 1) / bar.slice(0, 0, -1)});
    return 1 - alphas;
}

/// numpy.arange(first, 0, -stride), rounding included.
std::vector<double> down_to_zero(double first, double stride) {
    const double delta = (first - stride) - first;
    std::vector<double> values(static_cast<size_t>(std::ceil(first / stride)));
    for (size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<double>(i) * delta;
    return values;
}

}  // namespace

at::Tensor square_root(const at::Tensor& x) { return x.to(at::kDouble).sqrt().to(at::kFloat); }

std::vector<float> values_of(const at::Tensor& tensor) {
    const at::Tensor row = tensor.contiguous();
    const float* values = row.const_data_ptr<float>();
    return {values, values + row.numel()};
}

std::vector<float> alphas_cumprod(const SchedulerConfig& config) {
    at::Tensor betas = betas_of(config);
    if (config.rescale_betas_zero_snr) betas = rescaled_to_zero_snr(betas);
    std::vector<float> alphas = values_of((1 - betas).cumprod(0));
    if (!std::all_of(alphas.begin(), alphas.end(), [](float a) { return a >= 0 && a <= 1; }))
        throw Error(
            "scheduler_config.json: the betas must leave shares of the picture from 0 to 1; check \"beta_start\", "
            "\"beta_end\" and \"trained_betas\"");
    return alphas;
}

std::vector<float> training_sigmas(const SchedulerConfig& config) {
    std::vector<float> alphas = alphas_cumprod(config);
    if (config.rescale_betas_zero_snr) alphas.back() = 0x1p-24f;
    const at::Tensor a = at::tensor(alphas);
    return values_of(square_root((1 - a) / a));
}

AlphaTable::AlphaTable(const SchedulerConfig& config)
    : alphas_(alphas_cumprod(config)), final_(config.set_alpha_to_one ? 1.0f : alphas_.front()) {}

void AlphaTable::check(const std::vector<double>& timesteps) const {
    const auto count = static_cast<double>(alphas_.size());
    for (const double t : timesteps)
        if (t >= count || t < -count)
            throw Error(
                "scheduler_config.json: timestep %1 is not among the %2 training steps; check \"steps_offset\", "
                "\"num_train_timesteps\" and \"trained_betas\"",
                static_cast<int>(t), alphas_.size());
}

std::vector<double> spaced_timesteps(const SchedulerConfig& config, const SpacingRule& rule, int steps) {
    const int count = steps + (rule.one_more_step ? 1 : 0);
    std::vector<double> t;
    if (config.spacing == Spacing::Trailing) {
        t = down_to_zero(rule.last, static_cast<double>(config.train_timesteps) / steps);
        for (double& value : t) value = std::nearbyint(value) - 1;
        return t;
    }
    if (config.spacing == Spacing::Linspace) {
        t = linspace(0, rule.last - 1, count);
        if (rule.rounds_linspace)
            for (double& value : t) value = std::nearbyint(value);
    } else {
        const int ratio = rule.last / count;
        for (int i = 0; i < count; ++i) t.push_back(i * ratio + config.steps_offset);
    }
    std::reverse(t.begin(), t.end());
    if (rule.one_more_step) t.pop_back();
    return t;
}

std::vector<double> as_numbers(const Timesteps& timesteps) { return {timesteps.begin(), timesteps.end()}; }

std::vector<double> distilled_timesteps(const SchedulerConfig& config, int steps) {
    const int original = config.original_inference_steps, stride = config.train_timesteps / original;
    std::vector<double> timesteps;
    for (int i = 0; i < steps; ++i) {
        const int index = static_cast<int>(std::floor(i * (double(original) / steps)));
        timesteps.push_back((original - index) * stride - 1);
    }
    return timesteps;
}

std::vector<double> linspace(double first, double last, int count) {
    std::vector<double> values(static_cast<size_t>(count), first);
    for (int i = 1; i < count; ++i)
        values[static_cast<size_t>(i)] = i + 1 == count ? last : first + i * ((last - first) / (count - 1));
    return values;
}

std::vector<double> interpolated_sigmas(const std::vector<double>& timesteps, const std::vector<float>& training) {
    std::vector<double> sigmas;
    const auto top = static_cast<double>(training.size() - 1);
    for (const double t : timesteps) {
        if (t <= 0 || t >= top) {
            sigmas.push_back(t <= 0 ? training.front() : training.back());
            continue;
        }
        const auto low = static_cast<size_t>(t);
        const double slope = static_cast<double>(training[low + 1]) - static_cast<double>(training[low]);
        sigmas.push_back(slope * (t - static_cast<double>(low)) + training[low]);
    }
    return sigmas;
}

std::vector<double> timesteps_of_sigmas(const std::vector<double>& sigmas, const std::vector<float>& training) {
    std::vector<float> logs(training.size());
    std::transform(training.begin(), training.end(), logs.begin(), [](float sigma) { return std::log(sigma); });
    std::vector<double> timesteps;
    for (const double sigma : sigmas) {
        const double wanted = std::log(std::max(sigma, 1e-10));
        size_t low = 0;
        for (size_t i = 0; i < logs.size(); ++i)
            if (wanted >= logs[i]) low = i;
        low = std::min(low, logs.size() - 2);
        const double w = std::clamp((logs[low] - wanted) / (logs[low] - logs[low + 1]), 0.0, 1.0);
        timesteps.push_back((1 - w) * static_cast<double>(low) + w * static_cast<double>(low + 1));
    }
    return timesteps;
}

}  // namespace fanlight
