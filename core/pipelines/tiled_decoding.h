#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

#include "core/families/parts/vae_tiles.h"

namespace fanlight {

/// Decodes the latents of one picture, [1, C, h, w], which `tiles` cut, as diffusers' AutoencoderKL.tiled_decode():
/// tile by tile, each blended in a straight line with the ends of those above and on its left. `decode` makes
/// [1, 3, factor*rows, factor*columns] of a tile; `take` gets the picture in strips of its whole width, from top to
/// bottom: [1, 3, rows, factor*w] in float32. No more than a row of tiles is kept, and the ends of the row above.
void decode_in_tiles(const at::Tensor& latents, const VaeTiles& tiles,
                     const std::function<at::Tensor(const at::Tensor& tile)>& decode,
                     const std::function<void(const at::Tensor& strip)>& take);

}  // namespace fanlight
