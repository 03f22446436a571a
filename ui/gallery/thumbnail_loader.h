#pragma once

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QString>
#include <QThreadPool>
#include <QVector>

#include "ui/gallery/thumbnail_store.h"

namespace fanlight::ui {

/// Thumbnails for the grid: decoded in a thread pool, the latest request first, and cached up to a number of bytes. Use
/// from the GUI thread.
class ThumbnailLoader : public QObject {
    Q_OBJECT

public:
    explicit ThumbnailLoader(QObject* parent = nullptr, qint64 maxBytes = 96 << 20);
    ~ThumbnailLoader() override;

    /// The picture if it is cached; else null, and it is loaded, which `loaded` reports.
    QImage thumbnail(const QString& path);
    /// Whether loading was tried and found no picture.
    bool isMissing(const QString& path) const { return missing_.contains(path); }

    /// Drops all other pending requests: they were scrolled out of view.
    void keepOnly(const QSet<QString>& paths);
    /// Forgets one whose file has changed.
    void forget(const QString& path);
    /// The size needed, in device pixels. Another size clears the cache.
    void setPixels(int pixels);

    qint64 waiting() const { return waiting_.size(); }
    qint64 bytes() const { return images_.totalCost(); }

Q_SIGNALS:
    void loaded(const QString& path);

private:
    void startNext();
    void take(const QString& path, ThumbnailSize size, const QImage& image);

    QThreadPool pool_;
    QCache<QString, QImage> images_;
    QSet<QString> missing_;
    QVector<QString> waiting_;  ///< a stack: the next one is last
    QSet<QString> running_;
    ThumbnailSize size_ = ThumbnailSize::Large;
};

}  // namespace fanlight::ui
