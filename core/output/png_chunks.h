#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fanlight {

inline constexpr std::string_view png_signature("\x89PNG\r\n\x1a\n", 8);

/// A chunk as it lies in the file; `data` points into it.
struct PngChunk {
    std::string_view type;  ///< four letters
    std::string_view data;
    bool intact = false;  ///< the CRC is right
};

/// Walks the chunks of untrusted bytes (PNG specification, 5.3).
class PngChunkReader {
public:
    /// `png` must outlive the reader. Throws Error when the signature is not there.
    explicit PngChunkReader(std::string_view png);

    /// The next chunk; nothing at the end, or where the rest is too short for the length that it claims.
    std::optional<PngChunk> next();

    /// What has not been read.
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

uint32_t read_be32(std::string_view bytes);

/// Length, type, data and CRC.
std::string png_chunk(std::string_view type, std::string_view data);

}  // namespace fanlight
