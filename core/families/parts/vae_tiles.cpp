#include "core/families/parts/vae_tiles.h"

#include <algorithm>

#include "core/base/config_numbers.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/autoencoder_tiny_config.h"

namespace fanlight {

namespace {

/// Along one side of the latents.
int64_t pixels_of_tiles(const VaeTiles& tiles, int64_t length) {
    int64_t pixels = 0;
    for (int64_t begin = 0; begin < length; begin += tiles.step()) pixels += std::min(tiles.side, length - begin);
    return pixels;
}

}  // namespace

VaeTiles::VaeTiles(const Json& config) {
    const Place where = "vae/config.json";
    if (is_tiny_autoencoder(config))
        throw Error(
            "%1: an AutoencoderTiny needs little memory and makes no tiles; have it decode whole images, or use "
            "another VAE.",
            where);
    factor = AutoencoderConfig(config).upscaling();
    constexpr int64_t usual = 32;  // diffusers'
    const int64_t sample_size = whole_number_or(config, "sample_size", usual, 1, max_width, where);
    if (sample_size % (4 * factor) != 0)
        throw Error("%1: \"sample_size\" is %2, and tiles need a multiple of %3; have it decode whole images.", where,
                    sample_size, 4 * factor);
    side = sample_size / factor;
}

int64_t VaeTiles::pixels_of_all(int64_t height, int64_t width) const {
    return pixels_of_tiles(*this, height) * pixels_of_tiles(*this, width);
}

int64_t VaeTiles::kept_bytes(int64_t height, int64_t width) const {
    constexpr int64_t of_float_pixel = 3 * 4, of_byte_pixel = 3, copies = 4;
    const int64_t area = factor * factor, row = pixels_of_tiles(*this, width) * std::min(side, height);
    return copies * of_float_pixel * row * area + 2 * of_byte_pixel * height * width * area;
}

}  // namespace fanlight
