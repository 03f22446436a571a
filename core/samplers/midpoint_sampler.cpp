#include "core/samplers/midpoint_sampler.h"

#include <cmath>

#include "core/samplers/ancestral.h"

namespace fanlight {

MidpointSampler::MidpointSampler(const SchedulerConfig& config, int steps, float eta) : SigmaSampler(config, steps) {
    std::vector<float> levels = {sigmas_.front()};
    std::vector<double> timesteps = {timesteps_.front()};
    for (size_t k = 0; k + 1 < timesteps_.size(); ++k) {
        const float target = Ancestral::between(sigmas_[k], sigmas_[k + 1], eta).down;
        const float middle = std::exp((std::log(sigmas_[k]) + std::log(target)) / 2);
        levels.insert(levels.end(), {middle, sigmas_[k + 1]});
        timesteps.insert(timesteps.end(), {timestep_of(middle), timesteps_[k + 1]});
    }
    levels.push_back(sigmas_.back());
    sigmas_ = std::move(levels);
    timesteps_ = std::move(timesteps);
}

}  // namespace fanlight
