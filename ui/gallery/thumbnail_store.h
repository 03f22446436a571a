#pragma once

#include <QImage>
#include <QString>

// Thumbnails on disk as freedesktop's Thumbnail Managing Standard 0.9 lays them out, so that file managers and Fanlight
// share them: $XDG_CACHE_HOME/thumbnails/SIZE/MD5-OF-URI.png. Any thread.
namespace fanlight::ui {

/// The standard's sizes: pixels of the longer side.
enum class ThumbnailSize { Normal = 128, Large = 256, XLarge = 512 };

/// The smallest size with at least so many pixels.
ThumbnailSize thumbnailSizeFor(int pixels);

/// Where the thumbnail of a file lies.
QString thumbnailPath(const QString& file, ThumbnailSize size);

/// The picture, no larger than `size`: from its thumbnail while that is fresh, else from the file itself, of which a
/// thumbnail is then kept. Null when the file is missing or no picture.
QImage loadThumbnail(const QString& file, ThumbnailSize size);

}  // namespace fanlight::ui
