#pragma once

#include <algorithm>
#include <cmath>

namespace fanlight {

/// How a step reaches a weaker noise level if part of the noise is redrawn: first further down, then up again by fresh
/// noise (Song et al. 2021, in k-diffusion's parametrisation).
struct Ancestral {
    float down;  ///< noise level before noise is added
    float up;    ///< amount of noise to add

    /// `eta`: 0 redraws nothing, 1 as much as in training.
    static Ancestral between(float from, float to, float eta) {
        const float before = from * from, after = to * to;
        const float up = std::min(to, eta * std::sqrt(after * (before - after) / before));
        return {std::sqrt(std::max(after - up * up, 0.0f)), up};
    }
};

}  // namespace fanlight
