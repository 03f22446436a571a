#pragma once

#include "core/families/parts/distillation.h"

namespace fanlight {

/// Of Stable Diffusion's networks, as their authors sample them.
const NamedDistillations& unet_distillations();

}  // namespace fanlight
