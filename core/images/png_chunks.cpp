#include "core/images/png_chunks.h"

#include <libdeflate.h>

#include "core/base/error.h"

namespace fanlight {

namespace {

std::string be32(uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

}  // namespace

uint32_t read_be32(std::string_view bytes) {
    uint32_t value = 0;
    for (const char byte : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

PngChunkReader::PngChunkReader(std::string_view png) : rest_(png) {
    if (!rest_.starts_with(png_signature)) throw Error("This is not a PNG: its first 8 bytes are not a PNG's");
    rest_.remove_prefix(png_signature.size());
}

std::optional<PngChunk> PngChunkReader::next() {
    constexpr size_t around = 12;  // length, type, CRC
    if (rest_.size() < around) return {};
    const size_t length = read_be32(rest_);
    if (length > rest_.size() - around) return {};
    PngChunk chunk{rest_.substr(4, 4), rest_.substr(8, length)};
    chunk.intact = libdeflate_crc32(0, rest_.data() + 4, 4 + length) == read_be32(rest_.substr(8 + length));
    rest_.remove_prefix(around + length);
    return chunk;
}

std::string png_chunk(std::string_view type, std::string_view data) {
    const std::string body = std::string(type) + std::string(data);
    return be32(static_cast<uint32_t>(data.size())) + body + be32(libdeflate_crc32(0, body.data(), body.size()));
}

}  // namespace fanlight
