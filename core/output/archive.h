#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/output/image_marks.h"
#include "core/output/manifest.h"

// Exports images from their runs, with a manifest of their own, so that `fanlight verify` can check them anywhere. If
// the user has rated any or written notes, they come with them: as ratings.csv (file, rating, note), and where Fanlight
// looks for them.
namespace fanlight {

/// A finished image and its file; `row.item.place` is its name in the export.
struct ExportImage {
    std::filesystem::path source;
    ManifestRow row;
    ImageMarks marks = {};
    bool is_missing = false;  ///< there is no such file any more
};

/// Called with the progress, 0 to 1; returning false aborts.
using ExportProgress = std::function<bool(double done)>;

/// Images of different runs may have the same name: those get their run folder's name as a prefix, and a number if that
/// is not enough.
void make_names_unique(std::vector<ExportImage>& images);

/// The files that were not there any more; nullopt: `progress` aborted.
using MissingFiles = std::optional<std::vector<std::filesystem::path>>;

/// Writes a ZIP (ZIP64 if needed) of the images, not compressed again, with manifest.csv and manifest.jsonl. Written
/// atomically; replaces an older file. An image whose file is missing is left out; the manifests name it, without a
/// SHA-256. Throws Error naming the file, or if none is there.
MissingFiles write_archive(const std::filesystem::path& zip, std::vector<ExportImage> images,
                           const ExportProgress& progress = {});

/// The same into a folder, which is created if missing. An existing file is an Error; nothing is replaced.
MissingFiles write_folder(const std::filesystem::path& folder, std::vector<ExportImage> images,
                          const ExportProgress& progress = {});

}  // namespace fanlight
