#include "core/samplers/sigma_schedule.h"

#include <algorithm>
#include <cmath>

#include "core/samplers/beta_quantile.h"
#include "core/samplers/noise_schedule.h"

namespace fanlight {

namespace {

/// Evenly in some function of sigma: `inverse` leads back.
template <typename Inverse>
std::vector<double> evenly_between(double first, double last, int steps, Inverse inverse) {
    std::vector<double> sigmas = linspace(first, last, steps);
    for (double& value : sigmas) value = inverse(value);
    return sigmas;
}

std::vector<double> exponentials(double first, double last, int steps) {
    return evenly_between(first, last, steps, [](double log) { return std::exp(log); });
}

std::vector<double> beta_sigmas(double smallest, double largest, int steps) {
    return evenly_between(1, 0, steps,
                          [&](double share) { return smallest + beta_quantile(share) * (largest - smallest); });
}

/// k-diffusion's reading of fractional training steps, between which the logarithm is linear.
std::vector<double> sigmas_at(const std::vector<double>& timesteps, const std::vector<float>& training) {
    std::vector<double> sigmas;
    for (const double t : timesteps) {
        const auto low = static_cast<size_t>(t), high = std::min(low + 1, training.size() - 1);
        sigmas.push_back(
            std::exp(std::lerp(std::log(static_cast<double>(training[low])),
                               std::log(static_cast<double>(training[high])), t - static_cast<double>(low))));
    }
    return sigmas;
}

/// Every so many training steps, the last one included.
std::vector<double> simple_sigmas(const std::vector<float>& training, int steps) {
    std::vector<double> sigmas;
    const double stride = static_cast<double>(training.size()) / steps;
    for (int i = 0; i < steps; ++i) sigmas.push_back(training[training.size() - 1 - static_cast<size_t>(i * stride)]);
    return sigmas;
}

/// Every so many training steps from the second one on. Other programs take more steps than they are asked for where
/// these do not divide the training evenly.
std::vector<double> ddim_uniform_sigmas(const std::vector<float>& training, int steps) {
    std::vector<double> sigmas;
    const size_t stride = std::max<size_t>(training.size() / static_cast<size_t>(steps), 1);
    for (size_t i = static_cast<size_t>(steps); i > 0; --i)
        sigmas.push_back(training[std::min(1 + (i - 1) * stride, training.size() - 1)]);
    return sigmas;
}

}  // namespace

std::vector<double> karras_sigmas(double smallest, double largest, int steps) {
    constexpr double rho = 7;
    const double low = std::pow(smallest, 1 / rho), high = std::pow(largest, 1 / rho);
    return evenly_between(0, 1, steps, [&](double ramp) { return std::pow(high + ramp * (low - high), rho); });
}

std::vector<double> aligned_sigmas(bool xl, int steps) {
    constexpr int intervals = 10;
    constexpr double of_1[intervals + 1] = {14.615, 6.475, 3.861, 2.697, 1.886, 1.396,
                                            0.963,  0.652, 0.399, 0.152, 0.029},
                                      of_xl[intervals + 1] = {14.615, 6.315, 3.771, 2.181, 1.342, 0.862,
                                                              0.555,  0.380, 0.234, 0.113, 0.029};
    const double* levels = xl ? of_xl : of_1;
    std::vector<double> sigmas;
    for (int i = 0; i < steps; ++i) {
        const int at = i * intervals, low = at / steps;
        sigmas.push_back(std::exp(
            std::lerp(std::log(levels[low]), std::log(levels[low + 1]), static_cast<double>(at % steps) / steps)));
    }
    return sigmas;
}

std::vector<double> scheduled_sigmas(const SchedulerConfig& config, const std::vector<float>& training, double smallest,
                                     double largest, int steps) {
    const double low = config.sigma_min.value_or(smallest), high = config.sigma_max.value_or(largest);
    switch (config.sigma_schedule) {
        case SigmaSchedule::Lu:
            return exponentials(std::log(static_cast<float>(largest)), std::log(static_cast<float>(smallest)), steps);
        case SigmaSchedule::Karras:
            return karras_sigmas(low, high, steps);
        case SigmaSchedule::Beta:
            return beta_sigmas(low, high, steps);
        case SigmaSchedule::Exponential:
            return exponentials(std::log(high), std::log(low), steps);
        case SigmaSchedule::Polyexponential:
            return exponentials(std::log(double(training.back())), std::log(double(training.front())), steps);
        case SigmaSchedule::KlOptimal:
            return evenly_between(std::atan(double(training.back())), std::atan(double(training.front())), steps,
                                  [](double angle) { return std::tan(angle); });
        case SigmaSchedule::Normal:
            return sigmas_at(linspace(static_cast<double>(training.size() - 1), 0, steps), training);
        case SigmaSchedule::SgmUniform: {
            std::vector<double> timesteps = linspace(static_cast<double>(training.size() - 1), 0, steps + 1);
            timesteps.pop_back();
            return sigmas_at(timesteps, training);
        }
        case SigmaSchedule::Simple:
            return simple_sigmas(training, steps);
        case SigmaSchedule::DdimUniform:
            return ddim_uniform_sigmas(training, steps);
        case SigmaSchedule::AlignYourSteps:
            return aligned_sigmas(config.aligned_to_xl, steps);
        case SigmaSchedule::Interpolated:
            break;
    }
    return {};
}

}  // namespace fanlight
