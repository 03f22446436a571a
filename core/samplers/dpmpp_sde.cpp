// DPM-Solver++ of the diffusion SDE, single-step of second order (k-diffusion's sample_dpmpp_sde); diffusers'
// DPMSolverSDEScheduler. Both draw the noise of a step and of its first half from one Brownian path, here they are two
// draws of the image's own generator.

#include <ATen/ATen.h>

#include "core/samplers/ancestral.h"
#include "core/samplers/methods.h"
#include "core/samplers/midpoint_sampler.h"
#include "core/samplers/prediction.h"

namespace fanlight {

namespace {

class DpmppSde : public MidpointSampler {
public:
    DpmppSde(const SchedulerConfig& config, const ScheduleRequest& request)
        : MidpointSampler(config, request.steps, 0), eta_(request.eta_or(1)) {}

    at::Tensor step(const at::Tensor& out, size_t i, const at::Tensor& x, NoiseSource& noise) override {
        const at::Tensor x0 = predicted_original(config_.prediction, out, x, sigmas_[i]);
        if (is_last(i)) return x0;
        if (!is_halfway(i)) start_ = x;
        const auto [down, up] = Ancestral::between(begin(i), is_halfway(i) ? end(i) : sigmas_[i + 1], eta_);
        return at::lerp(x0, start_, down / begin(i)) + noise.draw() * up;
    }

private:
    const float eta_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_sde(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<DpmppSde>(config, request);
}

}  // namespace fanlight
