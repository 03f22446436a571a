// DEIS (Zhang & Chen 2022, log-rho multistep): the polynomial in log rho through the latest noises that the network
// predicted, integrated over rho, the noise's share in units of the picture's; diffusers' DEISMultistepScheduler.

#include <ATen/ATen.h>

#include <cmath>

#include "core/samplers/lagrange.h"
#include "core/samplers/methods.h"
#include "core/samplers/multistep_sampler.h"

namespace fanlight {

namespace {

class Deis : public MultistepSampler {
public:
    Deis(const SchedulerConfig& config, const ScheduleRequest& request)
        : MultistepSampler(config, dpm_grid(config, request)) {
        stay_at_last_level();
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const NoiseLevel here = level(i), next = level(i + 1);
        remember((x - predicted_picture(out, i, x) * here.alpha) / here.sigma);
        const size_t order = usable_order(i);
        // Without the picture's share as a divisor, which is next to nothing where a flow begins.
        if (order == 1)
            return x * (next.alpha / here.alpha) - output(0) * (next.sigma * (std::exp(lambda(i + 1) - lambda(i)) - 1));
        at::Tensor sum = x / here.alpha;
        for (size_t back = 0; back < order; ++back) sum = sum + output(back) * weight(i, order, back);
        return sum * next.alpha;
    }

private:
    double rho(size_t i) const { return double(level(i).sigma) / double(level(i).alpha); }

    /// Of the noise so many steps ago. With u = log(rho / rho of the step's beginning), the integrals over rho of the
    /// powers of u are those of u^k e^u over u.
    double weight(size_t i, size_t order, size_t back) const {
        std::vector<double> nodes;
        for (size_t k = 0; k < order; ++k) nodes.push_back(std::log(rho(i - k) / rho(i)));
        const double end = std::log(rho(i + 1) / rho(i));
        double power = 1, sum = 0, integral = std::expm1(end);
        size_t k = 0;
        for (const double coefficient : lagrange_polynomial(nodes, back)) {
            sum += coefficient * integral;
            power *= end;
            integral = power * std::exp(end) - static_cast<double>(++k) * integral;
        }
        return rho(i) * sum;
    }
};

}  // namespace

std::unique_ptr<Sampler> make_deis(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Deis>(config, request);
}

}  // namespace fanlight
