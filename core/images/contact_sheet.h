#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/images/png_reader.h"

namespace fanlight {

/// An image on a sheet, and the number below it (the item's index, 0-based as in file names).
struct SheetImage {
    std::filesystem::path file;
    int64_t number = 0;
};

struct ContactSheetOptions {
    int cell = 256;   ///< pixels of a cell's longer side; reduced if the sheet would become too large
    int columns = 0;  ///< 0: about as many as rows
};

/// Draws all images on one sheet, in the given order, left to right and top to bottom, each scaled into its cell with
/// its number below. Besides the sheet, which has at most 16,384 pixels per side, only one image is in memory at a
/// time. `progress` receives 0 to 1; returning false aborts, and the result is empty. Throws Error naming an image that
/// cannot be read, UsageError if there are none or too many for one sheet.
Image draw_contact_sheet(const std::vector<SheetImage>& images, const ContactSheetOptions& options = {},
                         const std::function<bool(double)>& progress = {});

/// The same of those images whose files are there, as a PNG, written atomically; replaces an older file. Returns the
/// files that are not there any more; nullopt: `progress` aborted.
std::optional<std::vector<std::filesystem::path>> write_contact_sheet(const std::filesystem::path& file,
                                                                      const std::vector<SheetImage>& images,
                                                                      const ContactSheetOptions& options = {},
                                                                      const std::function<bool(double)>& progress = {});

}  // namespace fanlight
