#include "ui/gallery/thumbnail_store.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QImageReader>
#include <QSaveFile>
#include <QStandardPaths>
#include <QUrl>
#include <array>

namespace fanlight::ui {

namespace {

struct SizeFolder {
    ThumbnailSize size;
    const char* name;
};
constexpr std::array<SizeFolder, 3> folders = {
    {{ThumbnailSize::Normal, "normal"}, {ThumbnailSize::Large, "large"}, {ThumbnailSize::XLarge, "x-large"}}};

constexpr int maxSide = 32768;  // larger pictures are not worth decoding for a thumbnail

QString uriOf(const QString& file) { return QUrl::fromLocalFile(file).toString(QUrl::FullyEncoded); }
QString mtimeOf(const QFileInfo& file) { return QString::number(file.lastModified().toSecsSinceEpoch()); }

QImage freshThumbnail(const QString& path, const QFileInfo& file) {
    QImageReader reader(path, "png");
    if (reader.text("Thumb::MTime") != mtimeOf(file) || reader.text("Thumb::URI") != uriOf(file.filePath())) return {};
    return reader.read();
}

/// Folders 0700 and files 0600, as the standard requires: a picture may be private.
void storeThumbnail(QImage thumbnail, const QString& path, const QFileInfo& file) {
    const QString folder = QFileInfo(path).path();
    if (!QDir(folder).exists()) {
        QDir().mkpath(folder);
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    thumbnail.setText("Thumb::URI", uriOf(file.filePath()));
    thumbnail.setText("Thumb::MTime", mtimeOf(file));
    thumbnail.setText("Software", "Fanlight");
    QSaveFile save(path);
    if (!save.open(QIODevice::WriteOnly)) return;  // without a thumbnail it is merely slower
    save.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (thumbnail.save(&save, "png")) save.commit();
}

QImage reduced(const QString& path, int side) {
    QImageReader reader(path);
    const QSize size = reader.size();
    if (size.width() > maxSide || size.height() > maxSide) return {};
    const QImage image = reader.read();
    if (image.width() <= side && image.height() <= side) return image;
    return image.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

}  // namespace

ThumbnailSize thumbnailSizeFor(int pixels) {
    for (const auto& [size, name] : folders)
        if (static_cast<int>(size) >= pixels) return size;
    return ThumbnailSize::XLarge;
}

QString thumbnailPath(const QString& file, ThumbnailSize size) {
    const auto isSize = [size](const SizeFolder& folder) { return folder.size == size; };
    const QString name = std::find_if(folders.begin(), folders.end(), isSize)->name;
    const QByteArray hash = QCryptographicHash::hash(uriOf(file).toLatin1(), QCryptographicHash::Md5).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + "/thumbnails/" + name + '/' + hash +
           ".png";
}

QImage loadThumbnail(const QString& file, ThumbnailSize size) {
    const QFileInfo info(file);
    if (!info.isFile()) return {};
    const int side = static_cast<int>(size);
    const QString path = thumbnailPath(file, size);
    if (QFile::exists(path))
        if (QImage kept = freshThumbnail(path, info); !kept.isNull()) return kept;
    const QImage full = reduced(file, side);
    const bool isSmall = QImageReader(file).size() == full.size();  // then the file is its own thumbnail
    if (!full.isNull() && !isSmall) storeThumbnail(full, path, info);
    return full;
}

}  // namespace fanlight::ui
