// DPM-Solver++ (Lu et al. 2022b, algorithm 2 for order 2, multistep), also with noise at each step (SDE) if the config
// says so; diffusers' DPMSolverMultistepScheduler.

#include "core/samplers/dpmpp_multistep.h"
#include "core/samplers/methods.h"

namespace fanlight {

namespace {

class Dpmpp2m : public DpmppMultistep {
public:
    Dpmpp2m(const SchedulerConfig& config, const ScheduleRequest& request)
        : DpmppMultistep(config, request, config.stochastic ? request.eta_or(1) : 0) {}

private:
    float curve(const DpmppStep& step) const override { return step.diffusers_curve; }
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2m(const SchedulerConfig& config, const ScheduleRequest& request) {
    return std::make_unique<Dpmpp2m>(config, request);
}

}  // namespace fanlight
