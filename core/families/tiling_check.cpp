#include "core/families/tiling_check.h"

#include "core/families/parts/vae_tiles.h"

namespace fanlight {

void check_vae_tiling(const KnownModel& model) { VaeTiles{model.files.config("vae")}; }

}  // namespace fanlight
