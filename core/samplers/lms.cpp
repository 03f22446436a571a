// Linear multistep (Adams-Bashforth) of order 4 in sigma: the polynomial through the latest slopes, integrated over the
// step; diffusers' LMSDiscreteScheduler. Where steps are skipped, the first ones that are taken have fewer slopes, as
// in k-diffusion's sample_lms; the reference then multiplies those that it has by factors that are for more of them.

#include <ATen/ATen.h>

#include <cmath>
#include <deque>

#include "core/samplers/lagrange.h"
#include "core/samplers/methods.h"
#include "core/samplers/sigma_sampler.h"

namespace fanlight {

namespace {

class Lms : public SigmaSampler {
public:
    Lms(const SchedulerConfig& config, const ScheduleRequest& request) : SigmaSampler(config, request.steps) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        constexpr size_t most = 4;
        slopes_.push_front(slope(out, i, x));
        if (slopes_.size() > most) slopes_.pop_back();
        at::Tensor change = slopes_[0] * weight(i, 0);
        for (size_t back = 1; back < slopes_.size(); ++back) change = change + slopes_[back] * weight(i, back);
        return x + change;
    }

private:
    /// Of the slope so many steps ago.
    double weight(size_t i, size_t back) const {
        std::vector<double> nodes;
        for (size_t k = 0; k < slopes_.size(); ++k) nodes.push_back(double(sigmas_[i - k]) - double(sigmas_[i]));
        const double end = double(sigmas_[i + 1]) - double(sigmas_[i]);
        const std::vector<double> polynomial = lagrange_polynomial(nodes, back);
        double integral = 0;
        for (size_t power = polynomial.size(); power > 0; --power)
            integral = (integral + polynomial[power - 1] / static_cast<double>(power)) * end;
        return integral;
    }

    std::deque<at::Tensor> slopes_;  ///< the latest first
};

}  // namespace

std::unique_ptr<Sampler> make_lms(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Lms>(config, request);
}

}  // namespace fanlight
