#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// One text of a PNG, in UTF-8.
struct PngText {
    std::string keyword;  ///< 1-79 Latin-1 characters
    std::string text;

    bool operator==(const PngText&) const = default;
};

struct PngInfo {
    int width = 0;   ///< pixels
    int height = 0;  ///< pixels
};

/// The text as one chunk, including the CRC: tEXt if it can be encoded in Latin-1, else uncompressed iTXt, as Pillow
/// does and readers of A1111's `parameters` expect. Latin-1 bytes that are also valid UTF-8 are put into iTXt: some
/// programs write UTF-8 into tEXt, so readers (including ours) try that first. NULs are removed, invalid UTF-8 becomes
/// U+FFFD. Throws Error for an invalid keyword and for texts above 8 MiB.
std::string png_text_chunk(const PngText& text);

/// All readable texts of a PNG, in file order: tEXt, zTXt, plain and compressed iTXt. Broken chunks (CRC, format, more
/// than 8 MiB inflated) are skipped, a truncated file yields what came before; at most 256 texts and 32 MiB in total.
/// Throws Error if the bytes do not start like a PNG.
std::vector<PngText> read_png_texts(std::string_view png);

/// The same for a file of at most 1 GiB. Throws Error naming the file.
std::vector<PngText> read_png_texts_of_file(const std::filesystem::path& file);

/// Reads the header. Throws Error if it is not a PNG's.
PngInfo read_png_info(std::string_view png);

/// Whether nothing is missing, broken or appended: signature, IHDR first, pixel data, every CRC, IEND at the end. (The
/// pixel data is not inflated: its CRC is trusted.)
bool is_complete_png(std::string_view png);

}  // namespace fanlight
