#include "core/families/tiling_check.h"

#include "core/families/parts/vae_tiles.h"

namespace fanlight {

void check_vae_tiling(const KnownModel& model) { VaeTiles{model.files.config("vae")}; }

bool cuts_into_tiles(const KnownModel& model, int width, int height) {
    const VaeTiles tiles{model.files.config("vae")};
    return tiles.cut(height / tiles.factor, width / tiles.factor);
}

}  // namespace fanlight
