#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/batch/timesteps.h"

namespace fanlight {

/// What a schedule depends on besides the method and the model's scheduler_config.json: the requested picture, and what
/// the model's family knows about its schedules.
struct ScheduleRequest {
    int steps = 1;
    /// Those to take, one per step, descending; empty: the method's own. For methods that can be told them
    /// (SamplerName::takes_timesteps).
    Timesteps timesteps = {};
    /// Steps to skip at the beginning when starting from a picture (see first_step()); less than `steps`.
    int first_step = 0;
    /// How much noise each step draws, for methods that draw some (SamplerName::eta); nullopt: as much as is usual.
    std::optional<double> eta = {};

    float eta_or(float usual) const { return eta ? static_cast<float>(*eta) : usual; }

    /// The network predicts a flow (Prediction::Flow), whatever the file says. All that follows is for such networks
    /// only.
    bool flow = false;
    /// By which they are shifted; nullopt: as the config says.
    std::optional<double> shift = {};
    /// Noise levels before shifting, one per step; empty: the method's own.
    std::vector<double> sigmas = {};
    /// The solvers that flows share with other models have levels of their own nevertheless.
    bool solvers_keep_own_sigmas = false;
    /// Number of tokens into which the network splits a picture, for a shift that grows with it
    /// ("use_dynamic_shifting").
    int64_t image_tokens = 0;
    /// The exponent of that shift, if the family has its own rule; else it follows from image_tokens.
    std::optional<double> mu = {};
};

/// 1, …, 1 / steps: the levels that most families of flow models use.
std::vector<double> even_sigmas(int steps);

/// The first step when starting from a picture, of which 1 - strength is kept, as the reference's image-to-image
/// pipelines count: those for flow models round the other way. Strength 0 skips all steps.
int first_step(int steps, double strength, bool flow);

}  // namespace fanlight
