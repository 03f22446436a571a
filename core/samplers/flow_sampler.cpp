#include "core/samplers/flow_sampler.h"

#include "core/samplers/flow_schedule.h"
#include "core/samplers/prediction.h"

namespace fanlight {

FlowSampler::FlowSampler(const SchedulerConfig& config, const ScheduleRequest& request) : Sampler(config) {
    sigmas_ = flow_sigmas(config, request);
    for (const float sigma : sigmas_) timesteps_.push_back(sigma * static_cast<float>(config.train_timesteps));
    sigmas_.push_back(0);
}

NoiseLevel FlowSampler::first_level(at::ScalarType dtype) const {
    return NoiseLevel::of_flow(rounded(sigmas_.front(), dtype));
}

}  // namespace fanlight
