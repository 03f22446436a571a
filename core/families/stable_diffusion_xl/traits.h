#pragma once

#include "core/families/family.h"

namespace fanlight {

/// The size that the network was trained with, and what is usual for such models.
ModelTraits stable_diffusion_xl_traits(const ReadConfig& read);

}  // namespace fanlight
