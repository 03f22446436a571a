#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/families/parts/name_words.h"

namespace fanlight {

/// How a network was trained to draw in few steps, and what it needs to do so.
struct Distillation {
    const char* method;  ///< as people call it: "Lightning"
    int steps;
    double cfg_scale;
    const char *sampler, *schedule;
    int side = 0;  ///< of its pictures, in pixels; 0: as other networks of its kind
};

/// One that a name tells by these words.
struct NamedDistillation {
    NamePart part;
    Distillation distillation;
};
using NamedDistillations = std::vector<NamedDistillation>;

/// What the name of a file, a folder or a repository tells, of those that its family knows; the first that it has
/// counts: "juggernautXL_lightning_8steps" is Lightning's, of 8 steps. No key and few metadata tell it. nullopt:
/// nothing.
std::optional<Distillation> told_distillation(const std::string& name, const NamedDistillations& known);

}  // namespace fanlight
