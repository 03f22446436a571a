#pragma once

#include <cstdint>

#include "core/base/json.h"

namespace fanlight {

/// The tiles in which the decoder of diffusers' AutoencoderKL makes large pictures (enable_tiling): squares of the size
/// of the pictures that it was trained with, a quarter of which lies over the next one. They begin at multiples of
/// step() that are within the latents; those at the right and lower edges are what is left.
struct VaeTiles {
    /// Of vae/config.json. Throws Error for a decoder that makes no tiles, or whose sample_size cannot be cut into
    /// quarters of whole latent pixels.
    explicit VaeTiles(const Json& config);

    int64_t side;    ///< of a tile, in pixels of the latents: a multiple of 4
    int64_t factor;  ///< pixels of the picture in each direction of a latent one

    int64_t overlap() const { return side / 4; }
    int64_t step() const { return side - overlap(); }

    /// Whether latents of this size are cut at all.
    bool cut(int64_t height, int64_t width) const { return height > side || width > side; }

    // Of latents that are cut:

    /// The latent pixels of all tiles together.
    int64_t pixels_of_all(int64_t height, int64_t width) const;

    /// Bytes of the decoded tiles and the picture that are there at once, in float32.
    int64_t kept_bytes(int64_t height, int64_t width) const;
};

}  // namespace fanlight
