#include "core/images/png_writer.h"

#include <libdeflate.h>

#include <cstdlib>
#include <memory>

#include "core/base/error.h"

namespace {

constexpr int deflate_level = 1;

/// Replaces stb_image_write's zlib: the caller frees the result; nullptr means "out of memory".
unsigned char* deflate(unsigned char* data, int size, int* compressed_size, int /*stb's own level*/) {
    const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
        libdeflate_alloc_compressor(deflate_level), &libdeflate_free_compressor);
    if (!compressor) return nullptr;
    const size_t bound = libdeflate_zlib_compress_bound(compressor.get(), static_cast<size_t>(size));
    auto* out = static_cast<unsigned char*>(std::malloc(bound));
    if (!out) return nullptr;
    *compressed_size =
        static_cast<int>(libdeflate_zlib_compress(compressor.get(), data, static_cast<size_t>(size), out, bound));
    return out;
}

}  // namespace

#define STBIW_ZLIB_COMPRESS deflate
#define STBIW_CRC32(data, size) libdeflate_crc32(0, data, static_cast<size_t>(size))
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace fanlight {

namespace {

constexpr int rgb_channels = 3;
constexpr size_t header_bytes = 8 + 12 + 13;  // signature and IHDR
constexpr int64_t max_raw_bytes = 1 << 30;    // stb_image_write counts in int

void check(const ImageView& image) {
    const std::string size = std::to_string(image.width) + "x" + std::to_string(image.height);
    if (!image.rgb || image.width < 1 || image.height < 1) throw Error("Cannot write an image of %1 pixels", size);
    if ((int64_t{image.width} * rgb_channels + 1) > max_raw_bytes / image.height)
        throw Error("Cannot write an image of %1 pixels as PNG: it is larger than 1 GiB; ask for a smaller one", size);
}

}  // namespace

std::string encode_png(const ImageView& image, const std::vector<PngText>& texts) {
    check(image);
    int size = 0;
    const std::unique_ptr<unsigned char, decltype(&std::free)> bytes(
        stbi_write_png_to_mem(image.rgb, image.width * rgb_channels, image.width, image.height, rgb_channels, &size),
        &std::free);
    if (!bytes) throw Error("Cannot write a PNG: out of memory");
    const std::string_view plain(reinterpret_cast<const char*>(bytes.get()), static_cast<size_t>(size));
    std::string png(plain.substr(0, header_bytes));
    for (const PngText& text : texts) png += png_text_chunk(text);
    png += plain.substr(header_bytes);
    return png;
}

}  // namespace fanlight
