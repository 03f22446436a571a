#pragma once

#include "core/families/family.h"

namespace fanlight {

/// Stable Diffusion 1.x and 2.x (Rombach et al. 2022).
const Family& stable_diffusion();

}  // namespace fanlight
