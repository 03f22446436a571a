#include "core/images/png_reader.h"

#include <cstdlib>
#include <memory>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/images/png_text.h"

namespace {

constexpr int64_t max_pixels = int64_t{64} << 20;
constexpr size_t max_block = size_t{max_pixels} * 8 + (size_t{1} << 20);  ///< four channels of 16 bits

/// stb_image inflates whatever the data says; for blocks larger than any permitted image these report "out of memory".
void* bounded_malloc(size_t size) { return size > max_block ? nullptr : std::malloc(size); }
void* bounded_realloc(void* block, size_t size) { return size > max_block ? nullptr : std::realloc(block, size); }

}  // namespace

#define STBI_MALLOC bounded_malloc
#define STBI_REALLOC bounded_realloc
#define STBI_FREE std::free
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#ifdef __clang__  // it copies the nothing of an empty chunk to nowhere, which is harmless and to the letter undefined
#pragma clang attribute push(__attribute__((no_sanitize("nonnull-attribute"))), apply_to = function)
#endif
#include <stb/stb_image.h>
#ifdef __clang__
#pragma clang attribute pop
#endif
#pragma GCC diagnostic pop

namespace fanlight {

namespace {

constexpr std::uintmax_t max_file_bytes = std::uintmax_t{256} << 20;
constexpr int channels = 3;

PngInfo info_of(std::string_view png, const Place& where) {
    try {
        return read_png_info(png);
    } catch (const Error& error) {
        throw Error("%1: %2", where, sentence_of(error));
    }
}

}  // namespace

Image decode_png(std::string_view png, const Place& where) {
    const PngInfo info = info_of(png, where);
    if (info.width < 1 || info.height < 1 || int64_t{info.width} * info.height > max_pixels)
        throw Error("%1 is an image of %2x%3 pixels; at most 64 megapixels are read", where, info.width, info.height);
    if (png.size() > max_file_bytes) throw Error("%1 is larger than 256 MiB, which no image here is", where);
    int width = 0, height = 0, stored_channels = 0;
    const std::unique_ptr<stbi_uc, decltype(&std::free)> pixels(
        stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(png.data()), static_cast<int>(png.size()), &width,
                              &height, &stored_channels, channels),
        &std::free);
    if (!pixels) throw Error("%1 is a PNG whose pixels cannot be read: %2", where, stbi_failure_reason());
    const size_t bytes = size_t{channels} * static_cast<size_t>(width) * static_cast<size_t>(height);
    return {{pixels.get(), pixels.get() + bytes}, width, height};
}

Image read_png(const std::filesystem::path& file) {
    const std::string png = read_file(file, max_file_bytes);
    return decode_png(png, file.string());
}

}  // namespace fanlight
