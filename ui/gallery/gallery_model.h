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

/// The images that a query finds and, if it narrows no further than to a run, those in progress. Holds ids only; the
/// image behind an id is fetched when it comes into view and announced by dataChanged. Never blocks. GUI thread.
class GalleryModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        ThumbnailRole = Qt::UserRole,  ///< QImage in device pixels; null while it loads
        StateRole,                     ///< ImageState as int
        RatingRole,                    ///< int
        ReasonRole,                    ///< QString: one sentence why there is no picture; empty if there is one
        ProgressRole,                  ///< double, 0 to 1, of an image in progress
    };

    GalleryModel(Catalogue& catalogue, ThumbnailLoader& thumbnails, QObject* parent = nullptr);

    const GalleryQuery& query() const { return query_; }
    const QVector<qint64>& ids() const { return ids_; }
    void setQuery(const GalleryQuery& query);

    /// The row's image; nothing while it is being fetched, and for images in progress.
    std::optional<GalleryImage> image(int row) const;
    qint64 idAt(int row) const { return ids_[row]; }
    /// -1: not among the rows.
    int rowOf(qint64 id) const;

    /// Shows the rating at once and writes it in the background. Images that the query no longer lets through leave.
    void rate(const QVector<qint64>& ids, int rating);
    /// Likewise.
    void setNote(qint64 id, const QString& note);
    /// Removes images from the catalogue and the rows.
    void forget(const QVector<qint64>& ids);

    /// An image in progress; `run` is its number in the catalogue. It stays until the image is added, or until
    /// clearProgress().
    void showProgress(qint64 run, qint64 item, int step, int of);
    void showPreview(qint64 run, qint64 item, const QImage& preview);
    void clearProgress(qint64 run);

    /// The visible rows: thumbnails are loaded only for these.
    void setVisible(int first, int last);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

Q_SIGNALS:
    /// A query has been answered; a search twice, with its first rows and then with all.
    void answered();
    /// An image has just been made, and is among the rows.
    void arrived(int row);

private:
    struct Progress {
        QImage preview;
        int step = 0;
        int of = 0;
    };

    void ask();
    void take(const QVector<qint64>& found);
    void appendRest(const QVector<qint64>& found);
    void insertAdded(const QVector<qint64>& ids);
    void announceNewest();
    const GalleryImage* fetched(int row) const;
    void insert(QVector<qint64> ids);
    void removeRows(const QSet<qint64>& ids);
    void fetchWanted();
    bool less(qint64 a, qint64 b) const;
    bool showsProgress(qint64 run) const;
    Progress& progress(qint64 id);
    QVariant progressData(const Progress& progress, int role) const;
    void rowChanged(qint64 id);
    void thumbnailLoaded(const QString& path);

    Catalogue& catalogue_;
    ThumbnailLoader& thumbnails_;
    GalleryQuery query_;
    quint64 asked_ = 0;  ///< number of queries: a late answer to an old one is dropped
    QVector<qint64> ids_;
    mutable QCache<qint64, GalleryImage> images_{4000};
    mutable QSet<qint64> wanted_;
    mutable QTimer fetch_;
    bool fetching_ = false;  ///< one request at a time: what was scrolled past meanwhile is not requested
    QHash<qint64, Progress> inProgress_;
    qint64 newest_ = 0;  ///< made, and not announced yet
    int firstVisible_ = 0;
    int lastVisible_ = -1;
};

}  // namespace fanlight::ui
