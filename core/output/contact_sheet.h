#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/output/png_reader.h"

namespace fanlight {

/// An image of a sheet, and the number that stands below it (its item's, 0-based as in its file name).
struct SheetImage {
    std::filesystem::path file;
    int64_t number = 0;
};

struct ContactSheetOptions {
    int cell = 256;   ///< pixels of a cell's longer side; less where so many would make the sheet too large
    int columns = 0;  ///< 0: about as many as rows
};

/// All images on one, in the order given, left to right and top to bottom: each scaled into its cell with its
/// proportions, its number below. One image is in memory at a time beside the sheet, which has at most 16,384 pixels a
/// side. `progress` is told 0 to 1; false gives up, and the image is empty. Throws Error naming an image that cannot be
/// read, UsageError where there are none or more than a sheet has room for.
Image draw_contact_sheet(const std::vector<SheetImage>& images, const ContactSheetOptions& options = {},
                         const std::function<bool(double)>& progress = {});

/// The same as a PNG, whole under its name or not there at all; takes the place of an older file. False when `progress`
/// gave up.
bool write_contact_sheet(const std::filesystem::path& file, const std::vector<SheetImage>& images,
                         const ContactSheetOptions& options = {}, const std::function<bool(double)>& progress = {});

}  // namespace fanlight
