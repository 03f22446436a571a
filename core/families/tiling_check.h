#pragma once

#include "core/families/families.h"

namespace fanlight {

/// Throws Error if the decoder of its component "vae" cannot work in tiles (VaeTiles).
void check_vae_tiling(const KnownModel& model);

/// Whether it makes several tiles of a picture of this size. Throws Error as check_vae_tiling() does.
bool cuts_into_tiles(const KnownModel& model, int width, int height);

}  // namespace fanlight
