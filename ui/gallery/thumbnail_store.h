#pragma once

#include <QImage>
#include <QString>

// Thumbnails on disk in the layout of freedesktop's Thumbnail Managing Standard 0.9, so that file managers and Fanlight
// share them: $XDG_CACHE_HOME/thumbnails/SIZE/MD5-OF-URI.png. Any thread.
namespace fanlight::ui {

/// The standard's sizes: pixels of the longer side.
enum class ThumbnailSize { Normal = 128, Large = 256, XLarge = 512 };

/// The smallest size with at least this many pixels.
ThumbnailSize thumbnailSizeFor(int pixels);

/// The path of a file's thumbnail.
QString thumbnailPath(const QString& file, ThumbnailSize size);

/// The picture, no larger than `size`: from its thumbnail if that is up to date, else from the file itself, whose
/// thumbnail is then stored. Null if the file is missing or not a picture.
QImage loadThumbnail(const QString& file, ThumbnailSize size);

}  // namespace fanlight::ui
