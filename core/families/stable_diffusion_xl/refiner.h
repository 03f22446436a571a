#pragma once

#include "core/families/family.h"

namespace fanlight {

/// The refiner of Stable Diffusion XL (Podell et al. 2023, section 2.5), which takes the last steps of its pictures.
const Family& stable_diffusion_xl_refiner();

/// Throws Error, naming the refiner, unless it works on the latents of the model, which a decoder of its own kind
/// reads.
void check_refiner(const ModelFiles& model, const ModelFiles& refiner);

}  // namespace fanlight
