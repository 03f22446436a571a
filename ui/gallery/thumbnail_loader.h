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

/// Thumbnails for the grid: decoded and brought to the size of a cell in a thread pool, so that painting them is a
/// copy; the latest request first, and cached up to a number of bytes. Use from the GUI thread.
class ThumbnailLoader : public QObject {
    Q_OBJECT

public:
    explicit ThumbnailLoader(QObject* parent = nullptr, qint64 maxBytes = 96 << 20);
    ~ThumbnailLoader() override;

    /// The picture if it is cached, with rounded corners; else null, or one for cells of another size, and it is
    /// loaded, which `loaded` reports.
    QImage thumbnail(const QString& path);
    /// Whether loading was tried and found no picture.
    bool isMissing(const QString& path) const { return missing_.contains(path); }

    /// Drops all other pending requests: they were scrolled out of view.
    void keepOnly(const QSet<QString>& paths);
    /// Forgets one whose file has changed.
    void forget(const QString& path);
    /// The side of a cell and the radius of its corners, in device pixels.
    void setCell(int pixels, int radius);

    qint64 waiting() const { return waiting_.size(); }
    qint64 bytes() const { return pictures_.totalCost(); }

Q_SIGNALS:
    void loaded(const QString& path);

private:
    struct Picture {
        QImage image;
        int pixels = 0;  ///< of the cells that it was made for
    };

    void startNext();
    void take(const QString& path, const Picture& picture);

    QThreadPool pool_;
    QCache<QString, Picture> pictures_;
    QSet<QString> missing_;
    QVector<QString> waiting_;  ///< a stack: the next one is last
    QSet<QString> running_;
    int pixels_ = static_cast<int>(ThumbnailSize::Large);
    int radius_ = 0;
};

}  // namespace fanlight::ui
