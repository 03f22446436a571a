#pragma once

#include <QImage>
#include <functional>
#include <vector>

#include "ui/catalogue/gallery_image.h"

namespace fanlight::ui {

struct ContactSheetOptions {
    int columns = 5;
    int cell = 256;        ///< pixels of a picture's longer side
    bool captions = true;  ///< number, seed and prompt below each
};

/// The images in rows on white, as for a print, in their order. Any thread. `progress` receives 0 to 1 and stops the
/// work by returning false; the sheet is null then. Throws Error if the sheet would be too large for an image.
QImage contactSheet(const std::vector<GalleryImage>& images, const ContactSheetOptions& options,
                    const std::function<bool(double)>& progress = {});

}  // namespace fanlight::ui
