#pragma once

#include "core/families/parts/unet_family.h"

namespace fanlight {

/// How Stable Diffusion XL reads texts and makes pictures.
const UNetFamily& stable_diffusion_xl_kind();

}  // namespace fanlight
