#pragma once

#include <QAbstractListModel>
#include <QCache>
#include <QHash>
#include <QImage>
#include <QSet>
#include <QTimer>
#include <QVector>
#include <optional>

#include "ui/catalogue/catalogue.h"
#include "ui/gallery/thumbnail_loader.h"

namespace fanlight::ui {

/// The images that a query finds and, where it does not narrow further than to a run, those in the making. Holds
/// numbers only; what a number stands for is fetched when somebody looks, and told by dataChanged. Never waits. GUI
/// thread.
class GalleryModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        ThumbnailRole = Qt::UserRole,  ///< QImage; null while it loads
        StateRole,                     ///< ImageState as int
        RatingRole,                    ///< int
        ReasonRole,                    ///< QString: why there is no picture, one sentence; empty when there is one
        ProgressRole,                  ///< double, 0 to 1, of an image in the making
    };

    GalleryModel(Catalogue& catalogue, ThumbnailLoader& thumbnails, QObject* parent = nullptr);

    const GalleryQuery& query() const { return query_; }
    void setQuery(const GalleryQuery& query);

    /// What the row is; nothing while it is fetched, and for images in the making.
    std::optional<GalleryImage> image(int row) const;
    qint64 idAt(int row) const { return ids_[row]; }
    /// -1: not among the rows.
    int rowOf(qint64 id) const;

    /// Stars, shown at once and written in the background.
    void rate(const QVector<qint64>& ids, int rating);
    /// Takes images out of the catalogue and the rows.
    void forget(const QVector<qint64>& ids);

    /// An image in the making; `run` is its number in the catalogue. Ends when the image is added, or by stopMaking().
    void showProgress(qint64 run, qint64 item, int step, int of);
    void showPreview(qint64 run, qint64 item, const QImage& preview);
    void stopMaking(qint64 run);

    /// The rows in sight: of no others are thumbnails loaded.
    void setVisible(int first, int last);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

Q_SIGNALS:
    /// A query was answered; a search twice, with its first rows and with all.
    void answered();

private:
    struct Making {
        QImage preview;
        int step = 0;
        int of = 0;
    };

    void ask();
    void take(const QVector<qint64>& found);
    void takeRest(const QVector<qint64>& found);
    void takeAdded(const QVector<qint64>& ids);
    void insert(QVector<qint64> ids);
    void removeRow(qint64 id);
    void fetchWanted();
    bool less(qint64 a, qint64 b) const;
    bool showsMaking(qint64 run) const;
    Making& making(qint64 id);
    QVariant makingData(const Making& making, int role) const;
    void rowChanged(qint64 id);
    void thumbnailLoaded(const QString& path);

    Catalogue& catalogue_;
    ThumbnailLoader& thumbnails_;
    GalleryQuery query_;
    quint64 asked_ = 0;  ///< queries so far: a late answer to an old one is dropped
    QVector<qint64> ids_;
    mutable QCache<qint64, GalleryImage> images_{4000};
    mutable QSet<qint64> wanted_;
    mutable QTimer fetch_;
    bool fetching_ = false;  ///< one question at a time: what was scrolled past meanwhile is not asked
    QHash<qint64, Making> making_;
    int firstVisible_ = 0;
    int lastVisible_ = -1;
};

}  // namespace fanlight::ui
