// DPM-Solver++(3M) of the diffusion SDE; k-diffusion's sample_dpmpp_3m_sde. diffusers' DPMSolverMultistepScheduler of
// order 3 is another method: one of its coefficients has the wrong sign (see DpmppStep), and it lowers the order of the
// last steps.

#include "core/samplers/dpmpp_multistep.h"
#include "core/samplers/methods.h"

namespace fanlight {

namespace {

class Dpmpp3mSde : public DpmppMultistep {
public:
    Dpmpp3mSde(const SchedulerConfig& config, const ScheduleRequest& request)
        : DpmppMultistep(config, request, request.eta_or(1)) {}

private:
    size_t order(size_t i) const override { return sigmas_[i + 1] == 0 ? 1 : outputs_.size(); }
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_3m_sde(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Dpmpp3mSde>(config, request);
}

}  // namespace fanlight
