#pragma once

#include "core/families/family.h"

namespace fanlight {

/// The size that the network was trained with, and the defaults of diffusers' StableDiffusionPipeline.
ModelTraits stable_diffusion_traits(const ReadConfig& read);

}  // namespace fanlight
