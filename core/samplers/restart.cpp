// Restart (Xu et al. 2023, algorithm 1): heun, which goes back up once or twice from the end of the steps with strong
// noise and samples that part again with fresh noise. Where, how often and in how many of the steps is A1111's rule.

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/samplers/heun_sampler.h"
#include "core/samplers/methods.h"
#include "core/samplers/sigma_schedule.h"

namespace fanlight {

namespace {

/// The part that is sampled again, and in which steps.
struct Again {
    int steps = 0, times = 0;

    explicit Again(int all) {
        if (all >= 20) steps = 9, times = 1;
        if (all >= 36) steps = all / 4, times = 2;
    }
};

class Restart : public HeunSampler {
public:
    Restart(const SchedulerConfig& config, const ScheduleRequest& request)
        : HeunSampler(config, request.steps - Again(request.steps).steps * Again(request.steps).times) {
        const std::vector<float> levels = sigmas_;
        sigmas_.clear();
        timesteps_.clear();
        const size_t low = nearest(levels, 0.1f), high = nearest(levels, 2.0f);
        const Again again(request.steps);
        for (size_t k = 0; k + 1 < levels.size(); ++k) {
            add(levels[k], levels[k + 1]);
            if (k + 1 != low || high >= low) continue;
            std::vector<double> part = karras_sigmas(levels[low], levels[high], again.steps + 1);
            part.front() = levels[high];  // to the last bit, since whatever is higher than the end before it gets noise
            part.back() = levels[low];
            for (int time = 0; time < again.times; ++time)
                for (size_t p = 0; p + 1 < part.size(); ++p)
                    add(static_cast<float>(part[p]), static_cast<float>(part[p + 1]));
        }
        sigmas_.push_back(0);
    }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const at::Tensor next = heun_step(out, i, x);
        if (begins(i) || sigmas_[i + 1] <= sigmas_[i]) return next;
        return next + noise.draw() * std::sqrt(sigmas_[i + 1] * sigmas_[i + 1] - sigmas_[i] * sigmas_[i]);
    }

protected:
    bool keeps_steps_whole() const override { return true; }

private:
    /// Of the levels with noise.
    static size_t nearest(const std::vector<float>& levels, float wanted) {
        const auto is_nearer = [&](float a, float b) { return std::abs(a - wanted) < std::abs(b - wanted); };
        return static_cast<size_t>(std::min_element(levels.begin(), levels.end() - 1, is_nearer) - levels.begin());
    }

    void add(float begin, float end) {
        for (const float sigma : {begin, end}) {
            if (sigma == 0) continue;
            sigmas_.push_back(sigma);
            timesteps_.push_back(timestep_of(sigma));
        }
    }
};

}  // namespace

std::unique_ptr<Sampler> make_restart(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Restart>(config, request);
}

}  // namespace fanlight
