#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/output/manifest.h"

// Images out of their runs, with a manifest of their own: what `fanlight verify` can hold against its files anywhere.
namespace fanlight {

/// A finished image and where it lies; `row.item.place` is its name in the export.
struct ExportImage {
    std::filesystem::path source;
    ManifestRow row;
};

/// Told how far it is, 0 to 1; false gives up.
using ExportProgress = std::function<bool(double done)>;

/// Images of several runs may have the same name: those get the name of their run's folder in front, and a number where
/// that does not help.
void make_names_unique(std::vector<ExportImage>& images);

/// A ZIP (ZIP64 where needed) of the images, not compressed again, and manifest.csv and manifest.jsonl. Whole under its
/// name or not there at all; takes the place of an older file. False when `progress` gave up. Throws Error naming the
/// file.
bool write_archive(const std::filesystem::path& zip, std::vector<ExportImage> images,
                   const ExportProgress& progress = {});

/// The same into a folder, which is made when missing. A file that is there already is an Error, and nothing is
/// replaced.
bool write_folder(const std::filesystem::path& folder, std::vector<ExportImage> images,
                  const ExportProgress& progress = {});

}  // namespace fanlight
