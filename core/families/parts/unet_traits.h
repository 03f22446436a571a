#pragma once

#include "core/families/family.h"

namespace fanlight {

/// Of a model with the components "unet" and "vae": the size that its network was trained with, and how it is guided. A
/// network that takes the scale as an input is a Latent Consistency Model (Luo et al. 2023), with defaults of its own,
/// those of diffusers' pipeline for them. Throws Error naming the file.
ModelTraits unet_traits(const ReadConfig& read, int usual_steps, double usual_cfg_scale);

}  // namespace fanlight
