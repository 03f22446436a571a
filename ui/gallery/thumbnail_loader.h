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

/// Thumbnails for the grid: decoded in a pool, what was asked for last first, kept in memory up to a number of bytes.
/// GUI thread.
class ThumbnailLoader : public QObject {
    Q_OBJECT

public:
    explicit ThumbnailLoader(QObject* parent = nullptr, qint64 maxBytes = 96 << 20);
    ~ThumbnailLoader() override;

    /// The picture if it is there; else null, and it is loaded, which `loaded` tells.
    QImage thumbnail(const QString& path);
    /// It was loaded, and there is no picture.
    bool isMissing(const QString& path) const { return missing_.contains(path); }

    /// Drops what was asked for and is not among these: they were scrolled out of sight.
    void keepOnly(const QSet<QString>& paths);
    /// Forgets one: its file was changed.
    void forget(const QString& path);
    /// How large thumbnails are needed, in device pixels. Another size forgets all.
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
    QVector<QString> waiting_;  ///< the next one last
    QSet<QString> running_;
    ThumbnailSize size_ = ThumbnailSize::Large;
};

}  // namespace fanlight::ui
