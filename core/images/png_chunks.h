#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fanlight {

inline constexpr std::string_view png_signature("\x89PNG\r\n\x1a\n", 8);

/// A chunk of a file; `data` points into the file's bytes.
struct PngChunk {
    std::string_view type;  ///< four letters
    std::string_view data;
    bool intact = false;  ///< the CRC matches
};

/// Walks the chunks of untrusted bytes (PNG specification, 5.3).
class PngChunkReader {
public:
    /// `png` must outlive the reader. Throws Error if the signature is missing.
    explicit PngChunkReader(std::string_view png);

    /// The next chunk; nullopt at the end, or if the rest is shorter than the chunk's stated length.
    std::optional<PngChunk> next();

    /// The bytes not yet read.
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

uint32_t read_be32(std::string_view bytes);

/// Length, type, data and CRC.
std::string png_chunk(std::string_view type, std::string_view data);

}  // namespace fanlight
