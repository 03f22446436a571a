#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/images/png_writer.h"

namespace fanlight {

/// Decoded pixels: [height, width, 3], 8-bit sRGB, rows without gaps.
struct Image {
    std::vector<uint8_t> rgb;
    int width = 0;
    int height = 0;

    ImageView view() const { return {rgb.data(), width, height}; }
};

/// The pixels of any kind of PNG (16 bits, palettes and transparency are converted to 8-bit RGB). The bytes are
/// untrusted: images above 64 megapixels are refused, and no block of memory larger than such an image needs is
/// allocated, whatever the data inflates to. Any thread. Throws Error "WHERE …".
Image decode_png(std::string_view png, const Place& where);

/// The same for a file of at most 256 MiB.
Image read_png(const std::filesystem::path& file);

}  // namespace fanlight
