#pragma once

#include <cmath>

namespace fanlight {

/// Proportions of picture and noise: x = alpha * x0 + sigma * noise, in float32 as in the reference.
struct NoiseLevel {
    float alpha = 1, sigma = 0;

    /// From the picture's share of the variance: alpha^2 + sigma^2 = 1.
    static NoiseLevel of_alpha_cumprod(float a) { return {std::sqrt(a), std::sqrt(1 - a)}; }
    /// The same for x0 + sigma * noise (Karras et al. 2022), scaled to unit variance.
    static NoiseLevel of_karras(float sigma) {
        const float alpha = 1.0f / std::sqrt(sigma * sigma + 1.0f);
        return {alpha, sigma * alpha};
    }
    /// On the straight line between picture and noise (Liu et al. 2022, Lipman et al. 2023).
    static NoiseLevel of_flow(float sigma) { return {1.0f - sigma, sigma}; }

    /// Half the logarithm of the signal-to-noise ratio.
    float lambda() const { return std::log(alpha) - std::log(sigma); }
};

}  // namespace fanlight
