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

/// The text as one chunk, CRC included: tEXt where it can be said in Latin-1, else uncompressed iTXt, as Pillow does
/// and readers of A1111's `parameters` expect. Latin-1 bytes that would also read as UTF-8 go into iTXt: some programs
/// write UTF-8 into tEXt, so readers (ours too) try that first. NULs are dropped, bytes that are no UTF-8 become
/// U+FFFD. Throws Error on a keyword that is none and on texts above 8 MiB.
std::string png_text_chunk(const PngText& text);

/// Every readable text of a PNG, in file order: tEXt, zTXt, iTXt plain and deflated. Chunks that are broken (CRC, form,
/// more than 8 MiB inflated) are passed over, a file that breaks off gives what came before; at most 256 texts and
/// 32 MiB in all. Throws Error when the bytes do not begin like a PNG.
std::vector<PngText> read_png_texts(std::string_view png);

/// The same of a file of at most 1 GiB. Throws Error naming the file.
std::vector<PngText> read_png_texts_of_file(const std::filesystem::path& file);

/// From the header. Throws Error when it is no PNG's.
PngInfo read_png_info(std::string_view png);

/// True when nothing is missing, broken or appended: signature, IHDR first, pixel data, every CRC, IEND at the end.
/// (The pixel data is not inflated: its CRC vouches for it.)
bool is_complete_png(std::string_view png);

}  // namespace fanlight
