#pragma once

#include "core/families/families.h"

namespace fanlight {

/// Throws Error if the decoder of its component "vae" cannot work in tiles (VaeTiles).
void check_vae_tiling(const KnownModel& model);

}  // namespace fanlight
