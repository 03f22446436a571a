#pragma once

#include "core/families/family.h"

namespace fanlight {

/// Of a model with the components "unet" and "vae": the size that its network was trained with, and how it is guided.
/// Throws Error naming the file.
ModelTraits unet_traits(const ReadConfig& read);

}  // namespace fanlight
