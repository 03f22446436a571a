#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/batch/request.h"
#include "core/output/png_writer.h"

namespace fanlight {

/// A complete image under its name.
struct CommittedImage {
    std::string file;    ///< name in the run folder
    std::string sha256;  ///< of the file, 64 hex digits
    int64_t bytes = 0;
};

/// Encodes the pixels with the item's texts and puts the file into the run folder, whole or not at all (commit_file). A
/// file of that name that the same recipe made before a crash is accepted as it is; on any other, throws Error. Any
/// thread.
CommittedImage commit_image(const std::filesystem::path& folder, const Item& item, const Recipe& recipe,
                            const ImageView& image);

/// Before a run: makes the folder and proves that a file can be written and renamed in it. Throws Error.
void check_writable(const std::filesystem::path& folder);

}  // namespace fanlight
