#pragma once

#include <cstddef>
#include <vector>

namespace fanlight {

/// Steps of Heun's method: the network is evaluated at both ends of each step except the last, so every timestep after
/// the first occurs twice, as does its noise level.
inline void evaluate_twice(std::vector<double>& timesteps, std::vector<float>& sigmas) {
    for (auto i = static_cast<std::ptrdiff_t>(timesteps.size()) - 1; i >= 1; --i) {
        const auto at = static_cast<size_t>(i);
        timesteps.insert(timesteps.begin() + i, timesteps[at]);
        sigmas.insert(sigmas.begin() + i, sigmas[at]);
    }
}

}  // namespace fanlight
