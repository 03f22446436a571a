#pragma once

#include <QString>
#include <functional>
#include <vector>

#include "ui/catalogue/gallery_image.h"

namespace fanlight::ui {

/// A stamp that changes when something is added to the folder: sizes and times of its journals, manifest and ratings.
QString runStamp(const QString& folder);

/// Receives images in chunks, without `id` and what the user says of them.
using ImageSink = std::function<void(std::vector<GalleryImage>)>;

/// Reads a run folder from its plan and journals, else from its manifest.jsonl (an exported run), else from the PNGs
/// themselves, whose texts say how they were made. Throws Error if the folder cannot be read; PNGs without texts are
/// included.
void readRun(const QString& folder, const ImageSink& sink);

}  // namespace fanlight::ui
