// DPM-Solver++(2M) of the diffusion SDE: dpmpp_2m with fresh noise at each step; diffusers' DPMSolverMultistepScheduler
// with the algorithm sde-dpmsolver++, which is what its config says then, and k-diffusion's sample_dpmpp_2m_sde for an
// eta other than 1.

#include "core/samplers/methods.h"

namespace fanlight {

std::unique_ptr<Sampler> make_dpmpp_2m_sde(const SchedulerConfig& config, const ScheduleRequest& request) {
    return make_dpmpp_2m(config, request);
}

}  // namespace fanlight
