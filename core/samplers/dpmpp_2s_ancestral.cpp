// DPM-Solver++(2S) (Lu et al. 2022b, algorithm 1) with part of the noise redrawn at each step; k-diffusion's
// sample_dpmpp_2s_ancestral.

#include <ATen/ATen.h>

#include "core/samplers/ancestral.h"
#include "core/samplers/methods.h"
#include "core/samplers/midpoint_sampler.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class Dpmpp2sAncestral : public MidpointSampler {
public:
    Dpmpp2sAncestral(const SchedulerConfig& config, const ScheduleRequest& request)
        : MidpointSampler(config, request.steps, request.eta_or(1)), eta_(request.eta_or(1)) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const at::Tensor x0 = predicted_original(config_.prediction, out, x, sigmas_[i]);
        if (is_halfway(i)) {
            const auto [down, up] = Ancestral::between(begin(i), end(i), eta_);
            return at::lerp(x0, start_, down / begin(i)) + noise.draw() * up;
        }
        start_ = x;
        return at::lerp(x0, x, sigmas_[i + 1] / sigmas_[i]);
    }

private:
    const float eta_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2s_ancestral(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Dpmpp2sAncestral>(config, request);
}

}  // namespace fanlight
