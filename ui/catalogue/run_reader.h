#pragma once

#include <QString>
#include <functional>
#include <vector>

#include "ui/catalogue/gallery_image.h"

namespace fanlight::ui {

/// Changes when something was made in the folder since: sizes and times of its journals, its manifest and its ratings.
QString runStamp(const QString& folder);

/// Takes images, some at a time, without `id` and rating.
using ImageSink = std::function<void(std::vector<GalleryImage>)>;

/// Reads what a run folder holds: its plan and journals, where it has none of these its manifest.jsonl (an exported
/// run), else the PNGs themselves, whose texts say how they were made. Throws Error when the folder cannot be read;
/// PNGs without texts are images like any other.
void readRun(const QString& folder, const ImageSink& sink);

}  // namespace fanlight::ui
