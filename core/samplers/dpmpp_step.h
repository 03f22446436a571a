#pragma once

#include <cmath>

#include "core/samplers/noise_level.h"

namespace fanlight {

/// What DPM-Solver++ (Lu et al. 2022b) makes of x, of the picture x0 that the network predicts, of x0's derivatives
/// over the log-SNR (in units of the step) and of fresh noise, on the way from one noise level to a weaker one.
struct DpmppStep {
    float keep;   ///< share of x
    float gain;   ///< of x0
    float bend;   ///< of its first derivative
    float curve;  ///< of its second derivative
    /// The same as diffusers has it, which subtracts the half of the SDE's where Taylor's series has it added.
    float diffusers_curve;
    float fresh;  ///< of noise

    /// `eta`: 0 for the ODE, 1 for the diffusion SDE.
    DpmppStep(const NoiseLevel& from, const NoiseLevel& to, float eta) {
        const float h = to.lambda() - from.lambda(), span = (1 + eta) * h, grown = 1.0f - std::exp(-span);
        keep = to.sigma / from.sigma * (eta > 0 ? std::exp(-eta * h) : 1.0f);
        gain = to.alpha * grown;
        bend = to.alpha * (1.0f - grown / span);
        curve = to.alpha * ((grown - span) / (span * span) + 0.5f);
        diffusers_curve = eta > 0 ? curve - to.alpha : curve;
        fresh = eta > 0 ? to.sigma * std::sqrt(1.0f - std::exp(-2.0f * eta * h)) : 0.0f;
    }
};

}  // namespace fanlight
