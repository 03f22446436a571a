// Pseudo numerical methods (Liu et al. 2022, equations 9, 12 and 13): linear multistep (PLMS), after a Runge-Kutta
// warm-up unless the config skips it; diffusers' PNDMScheduler.

#include <ATen/ATen.h>

#include <algorithm>

#include "core/samplers/alpha_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Pndm : public AlphaSampler {
public:
    Pndm(const SchedulerConfig& config, const ScheduleRequest& request)
        : AlphaSampler(config), stride_(config.train_timesteps / request.steps) {
        std::vector<double> up = spaced_timesteps(config, {.last = config.train_timesteps}, request.steps);
        std::reverse(up.begin(), up.end());
        plan(up);
        alphas_.check(timesteps_);
    }

    /// The warm-up's steps take four evaluations each; without it, the first step takes two.
    size_t step_of(size_t i) const override {
        i += skipped_;
        if (warm_up_.empty()) return i == 0 ? 0 : i - 1;
        return i < warm_up_.size() ? i / 4 : i - warm_up_.size() + warm_up_.size() / 4;
    }

    /// The warm-up comes first even if steps are skipped, since the reference counts from there.
    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        return i < warm_up_.size() ? runge_kutta(out, i, x) : multistep(out, i, x);
    }

private:
    /// `up`: the spacing's timesteps, ascending. The warm-up takes four evaluations for each of the last three of them.
    void plan(const std::vector<double>& up) {
        const auto n = up.size();
        if (config_.skip_prk_steps) {
            timesteps_ = {up.begin(), up.end() - 1};
            if (n >= 2) timesteps_.push_back(up[n - 2]);
            timesteps_.push_back(up[n - 1]);
            std::reverse(timesteps_.begin(), timesteps_.end());
            return;
        }
        std::vector<double> warm;
        const int half = stride_ / 2;
        for (size_t k = 0; k < 4; ++k) {
            warm.push_back(up[n - 4 + k]);
            warm.push_back(up[n - 4 + k] + half);
        }
        for (size_t k = 1; k + 1 < 2 * (warm.size() - 1); ++k) timesteps_.push_back(warm[k / 2]);
        std::reverse(timesteps_.begin(), timesteps_.end());
        warm_up_ = timesteps_;
        for (size_t k = n - 3; k > 0; --k) timesteps_.push_back(up[k - 1]);
    }

    at::Tensor runge_kutta(const at::Tensor& out, size_t i, const at::Tensor& x) {
        const int t = static_cast<int>(timesteps_[i]), target = t - (i % 2 == 1 ? 0 : stride_ / 2);
        const auto from = static_cast<int>(warm_up_[i / 4 * 4]);
        const auto accumulate = [&](const at::Tensor& share) { slope_ = slope_.defined() ? slope_ + share : share; };
        at::Tensor direction = out;
        switch (i % 4) {
            case 0:
                accumulate(out * (1.0 / 6));
                outputs_.push_back(out);
                start_ = x;
                break;
            case 1:
            case 2:
                accumulate(out * (1.0 / 3));
                break;
            default:
                direction = slope_ + out * (1.0 / 6);
                slope_ = at::Tensor();
        }
        return transfer(start_, from, target, direction);
    }

    at::Tensor multistep(const at::Tensor& out, size_t i, const at::Tensor& x) {
        int t = static_cast<int>(timesteps_[i]), target = t - stride_;
        if (i == 1) {  // repeats the first step, now with the slope at its end
            target = t;
            t += stride_;
        } else {
            if (outputs_.size() > 3) outputs_.erase(outputs_.begin(), outputs_.end() - 3);
            outputs_.push_back(out);
        }
        const auto e = [&](size_t back) -> const at::Tensor& { return outputs_[outputs_.size() - back]; };
        if (outputs_.size() == 1 && i == 0) {
            start_ = x;
            return transfer(x, t, target, out);
        }
        if (outputs_.size() == 1) return transfer(start_, t, target, (out + e(1)) / 2);
        if (outputs_.size() == 2) return transfer(x, t, target, (e(1) * 3 - e(2)) / 2);
        if (outputs_.size() == 3) return transfer(x, t, target, (e(1) * 23 - e(2) * 16 + e(3) * 5) / 12);
        return transfer(x, t, target, (e(1) * 55 - e(2) * 59 + e(3) * 37 - e(4) * 9) * (1.0 / 24));
    }

    /// Equation 9: from step t to the earlier step `target`.
    at::Tensor transfer(const at::Tensor& x, int t, int target, const at::Tensor& direction) const {
        const float a = alphas_.at(t), a_next = alphas_.at_target(target), b = 1 - a, b_next = 1 - a_next;
        const at::Tensor noise = predicted_noise(config_.prediction, direction, x, NoiseLevel::of_alpha_cumprod(a));
        const float divisor = a * std::sqrt(b_next) + std::sqrt(a * b * a_next);
        return x * std::sqrt(a_next / a) - noise * (a_next - a) / divisor;
    }

    const int stride_;
    std::vector<double> warm_up_;  ///< its timesteps
    std::vector<at::Tensor> outputs_;
    at::Tensor slope_, start_;
};

}  // namespace

std::unique_ptr<Sampler> make_pndm(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Pndm>(config, request);
}

}  // namespace fanlight
