// Heun++ (two more evaluations): Euler's slope here and at the two levels ahead, weighted by how strong the noise is
// there; the method of the WebUI extension sd-webui-samplers-scheduler, which ComfyUI and Forge have taken over.

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "core/samplers/methods.h"
#include "core/samplers/sigma_sampler.h"

namespace fanlight {

namespace {

constexpr size_t most = 3;  // evaluations a step

class HeunPp2 : public SigmaSampler {
public:
    HeunPp2(const SchedulerConfig& config, const ScheduleRequest& request) : SigmaSampler(config, request.steps) {
        const std::vector<float> levels = std::move(sigmas_);
        const std::vector<double> timesteps = std::move(timesteps_);
        sigmas_.clear();
        timesteps_.clear();
        for (size_t k = 0; k < timesteps.size(); ++k)
            for (size_t ahead = 0; ahead < std::min(most, timesteps.size() - k); ++ahead) {
                sigmas_.push_back(levels[k + ahead]);
                timesteps_.push_back(timesteps[k + ahead]);
                plan_.push_back({k, ahead});
            }
        sigmas_.push_back(0);
    }

    size_t step_of(size_t i) const override { return plan_[skipped_ + i].step; }

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource&) override {
        const size_t ahead = plan_[skipped_ + i].ahead;
        if (ahead == 0) start_ = x, slopes_.clear();
        slopes_.push_back(slope(out, i, x));
        const bool is_last = i + 1 == timesteps_.size(), goes_on = !is_last && plan_[skipped_ + i + 1].ahead > 0;
        if (goes_on) return x + slopes_.back() * (sigmas_[i + 1] - sigmas_[i]);
        const size_t first = i - ahead;
        const float next = ahead > 0 ? sigmas_[first + 1] : sigmas_[i + 1];
        return start_ + mean_slope(first) * (next - sigmas_[first]);
    }

private:
    struct Evaluation {
        size_t step, ahead;  ///< ahead: levels after the one where the step begins
    };

    at::Tensor mean_slope(size_t first) const {
        const float whole = static_cast<float>(slopes_.size()) * sigmas_.front();
        float rest = 1;
        at::Tensor mean;
        for (size_t ahead = 1; ahead < slopes_.size(); ++ahead) {
            const float share = sigmas_[first + ahead] / whole;
            rest -= share;
            mean = mean.defined() ? mean + slopes_[ahead] * share : slopes_[ahead] * share;
        }
        return mean.defined() ? slopes_.front() * rest + mean : slopes_.front();
    }

    size_t evaluations_a_step() const override { return most; }
    bool keeps_steps_whole() const override { return true; }

    std::vector<Evaluation> plan_;  ///< skipped ones included
    at::Tensor start_;
    std::vector<at::Tensor> slopes_;  ///< of this step
};

}  // namespace

std::unique_ptr<Sampler> make_heunpp2(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<HeunPp2>(config, request);
}

}  // namespace fanlight
