#include "ui/gallery/thumbnail_loader.h"

#include <QPainter>
#include <algorithm>

namespace fanlight::ui {

namespace {

/// As large as fits into a cell, its corners rounded. Null stays null.
QImage inCell(const QImage& picture, int pixels, int radius) {
    if (picture.isNull()) return {};
    const QImage scaled = picture.scaled(pixels, pixels, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    QImage cell(scaled.size(), QImage::Format_ARGB32_Premultiplied);
    cell.fill(Qt::transparent);
    QPainter painter(&cell);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QBrush(scaled));
    painter.drawRoundedRect(cell.rect(), radius, radius);
    return cell;
}

}  // namespace

ThumbnailLoader::ThumbnailLoader(QObject* parent, qint64 maxBytes) : QObject(parent), pictures_(maxBytes) {
    pool_.setMaxThreadCount(std::clamp(QThread::idealThreadCount() / 2, 1, 4));  // the rest make images
}

ThumbnailLoader::~ThumbnailLoader() { pool_.waitForDone(); }

QImage ThumbnailLoader::thumbnail(const QString& path) {
    const Picture* picture = pictures_.object(path);
    const QImage image = picture ? picture->image : QImage();
    if (picture && picture->pixels == pixels_) return image;
    if (missing_.contains(path) || running_.contains(path)) return image;
    if (!waiting_.contains(path)) waiting_ << path;
    startNext();
    return image;
}

void ThumbnailLoader::keepOnly(const QSet<QString>& paths) {
    waiting_.removeIf([&](const QString& path) { return !paths.contains(path); });
}

void ThumbnailLoader::forget(const QString& path) {
    pictures_.remove(path);
    missing_.remove(path);
}

void ThumbnailLoader::setCell(int pixels, int radius) {
    pixels_ = pixels;
    radius_ = radius;
}

void ThumbnailLoader::startNext() {
    while (!waiting_.isEmpty() && running_.size() < pool_.maxThreadCount()) {
        const QString path = waiting_.takeLast();
        running_ << path;
        pool_.start([this, path, pixels = pixels_, radius = radius_] {
            const Picture picture{inCell(loadThumbnail(path, thumbnailSizeFor(pixels)), pixels, radius), pixels};
            QMetaObject::invokeMethod(this, [this, path, picture] { take(path, picture); });
        });
    }
}

void ThumbnailLoader::take(const QString& path, const Picture& picture) {
    running_.remove(path);
    if (picture.image.isNull())
        missing_ << path;
    else
        pictures_.insert(path, new Picture(picture), picture.image.sizeInBytes());
    startNext();
    Q_EMIT loaded(path);
}

}  // namespace fanlight::ui

#include "moc_thumbnail_loader.cpp"
