#include "ui/gallery/thumbnail_loader.h"

#include <algorithm>

namespace fanlight::ui {

ThumbnailLoader::ThumbnailLoader(QObject* parent, qint64 maxBytes) : QObject(parent), images_(maxBytes) {
    pool_.setMaxThreadCount(std::clamp(QThread::idealThreadCount() / 2, 1, 4));  // the rest make images
}

ThumbnailLoader::~ThumbnailLoader() { pool_.waitForDone(); }

QImage ThumbnailLoader::thumbnail(const QString& path) {
    if (const QImage* image = images_.object(path)) return *image;
    if (missing_.contains(path) || running_.contains(path)) return {};
    if (!waiting_.contains(path)) waiting_ << path;
    startNext();
    return {};
}

void ThumbnailLoader::keepOnly(const QSet<QString>& paths) {
    waiting_.removeIf([&](const QString& path) { return !paths.contains(path); });
}

void ThumbnailLoader::forget(const QString& path) {
    images_.remove(path);
    missing_.remove(path);
}

void ThumbnailLoader::setPixels(int pixels) {
    const ThumbnailSize size = thumbnailSizeFor(pixels);
    if (size == size_) return;
    size_ = size;
    images_.clear();
    waiting_.clear();
}

void ThumbnailLoader::startNext() {
    while (!waiting_.isEmpty() && running_.size() < pool_.maxThreadCount()) {
        const QString path = waiting_.takeLast();
        running_ << path;
        pool_.start([this, path, size = size_] {
            const QImage image = loadThumbnail(path, size).convertToFormat(QImage::Format_ARGB32_Premultiplied);
            QMetaObject::invokeMethod(this, [this, path, size, image] { take(path, size, image); });
        });
    }
}

void ThumbnailLoader::take(const QString& path, ThumbnailSize size, const QImage& image) {
    running_.remove(path);
    if (size == size_) {
        if (image.isNull())
            missing_ << path;
        else
            images_.insert(path, new QImage(image), image.sizeInBytes());
    }
    startNext();
    Q_EMIT loaded(path);
}

}  // namespace fanlight::ui

#include "moc_thumbnail_loader.cpp"
