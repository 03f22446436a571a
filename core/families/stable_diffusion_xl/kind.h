#pragma once

#include "core/families/parts/unet_family.h"

namespace fanlight {

/// How Stable Diffusion XL reads texts and makes pictures.
const UNetFamily& stable_diffusion_xl_kind();

/// How its refiner does, which knows the second of its text encoders alone.
const UNetFamily& stable_diffusion_xl_refiner_kind();

}  // namespace fanlight
