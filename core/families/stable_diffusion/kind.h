#pragma once

#include "core/families/parts/unet_family.h"

namespace fanlight {

/// How Stable Diffusion 1.x and 2.x read texts and make pictures.
const UNetFamily& stable_diffusion_kind();

}  // namespace fanlight
