#pragma once

#include <optional>
#include <string>

namespace fanlight {

/// How a network was trained to draw in few steps, and what it needs to do so.
struct Distillation {
    const char* method;  ///< as people call it: "Lightning"
    int steps;
    double cfg_scale;
    const char *sampler, *schedule;
    int side = 0;  ///< of its pictures, in pixels; 0: as other networks of its kind
};

/// What the name of a file, a folder or a repository tells: "juggernautXL_lightning_8steps" is Lightning's, of 8 steps.
/// No key and few metadata tell it. nullopt: nothing.
std::optional<Distillation> told_distillation(const std::string& name);

}  // namespace fanlight
