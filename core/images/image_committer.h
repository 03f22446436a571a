#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/batch/request.h"
#include "core/images/png_writer.h"

namespace fanlight {

/// An image that is complete under its final name.
struct CommittedImage {
    std::string file;    ///< name in the run folder
    std::string sha256;  ///< of the file, 64 hex digits
    int64_t bytes = 0;
};

/// Encodes the pixels with the item's texts and writes the file atomically into the run folder (commit_file). An
/// existing file that was made by the same recipe before a crash is accepted; any other existing file is an Error. Any
/// thread.
CommittedImage commit_image(const std::filesystem::path& folder, const Item& item, const Recipe& recipe,
                            const ImageView& image);

/// Before a run: creates the folder and checks that a file can be written and renamed in it. Throws Error.
void check_writable(const std::filesystem::path& folder);

}  // namespace fanlight
