#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace fanlight {

/// What a schedule depends on beside the method and the model's scheduler_config.json: the picture that is wanted, and
/// what the model's family knows of its own schedules.
struct ScheduleRequest {
    int steps = 1;
    /// Steps that are left out at the beginning, where there is a picture to begin with (see first_step()); less than
    /// `steps`.
    int first_step = 0;

    /// The network predicts a flow (Prediction::Flow), whatever the file says. The rest is for such networks alone.
    bool flow = false;
    /// Noise levels before they are shifted, as many as steps; empty: the method's own.
    std::vector<double> sigmas = {};
    /// Tokens that the network makes of one picture, for a shift that grows with them ("use_dynamic_shifting").
    int64_t image_tokens = 0;
    /// The exponent of that shift, where the family has a rule of its own; else it follows from image_tokens.
    std::optional<double> mu = {};
};

/// 1, …, 1 / steps: the levels that most families of flow models ask for.
std::vector<double> even_sigmas(int steps);

/// The step at which a picture enters that keeps 1 - strength of itself, as the reference's image-to-image pipelines
/// count: those of flow models round the other way. All steps at strength 0.
int first_step(int steps, double strength, bool flow);

}  // namespace fanlight
