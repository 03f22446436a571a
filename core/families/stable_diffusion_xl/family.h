#pragma once

#include "core/families/family.h"

namespace fanlight {

/// Stable Diffusion XL (Podell et al. 2023), base models.
const Family& stable_diffusion_xl();

}  // namespace fanlight
