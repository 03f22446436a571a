#pragma once

#include <QFuture>
#include <QObject>
#include <QStringList>
#include <QThread>
#include <QThreadPool>
#include <QVector>
#include <functional>
#include <vector>

#include "ui/catalogue/catalogue_worker.h"
#include "ui/catalogue/gallery_image.h"

namespace fanlight::ui {

/// The gallery's index of all runs, used from the GUI thread: every call returns at once and the work is done in a
/// separate thread. A future that cannot be answered (another program has locked the catalogue) is cancelled, and
/// `problem` says why; once the catalogue is available again, `changed` asks for a complete reload.
class Catalogue : public QObject {
    Q_OBJECT

public:
    /// Keeps its files in `folder`, which is created if missing. Run folders that have changed since are read again.
    explicit Catalogue(const QString& folder, QObject* parent = nullptr);
    /// Completes all pending requests first.
    ~Catalogue() override;

    /// Where the user's catalogue is kept.
    static QString usersFolder();

    /// Reads a run folder, or a folder of PNGs, in the background; `added` reports what was found.
    void addFolder(const QString& folder);
    /// Adds an image that has just been made, or an item that failed (see GalleryImage).
    void add(const GalleryImage& image);
    /// The same of images that are back.
    void addAgain(const std::vector<GalleryImage>& images);
    void rate(const QVector<qint64>& ids, int rating);
    void setNote(qint64 id, const QString& note);
    /// Removes images from the catalogue; deleting their files is up to the caller.
    void forget(const QVector<qint64>& ids);
    void forgetRun(qint64 run);

    /// The first results of find(), at most `count`: something to show while the full search runs.
    QFuture<QVector<qint64>> firstFound(const GalleryQuery& query, int count);
    QFuture<QVector<qint64>> find(const GalleryQuery& query, const QVector<qint64>& among = {});
    QFuture<std::vector<GalleryImage>> images(const QVector<qint64>& ids);
    /// Of those that are finished images.
    QFuture<std::vector<RatedImage>> ratings(const QVector<qint64>& ids);

Q_SIGNALS:
    void added(const QVector<qint64>& ids);
    /// A finished image that was passed to add() is in the catalogue; `added` has told of it.
    void made(qint64 id);
    void changed();
    void listsChanged(const std::vector<fanlight::ui::GalleryRun>& runs, const QStringList& models);
    /// One sentence for the user; empty when the problem is over.
    void problem(const QString& sentence);

private:
    QThread thread_;
    QThreadPool reader_;
    CatalogueWorker* worker_;
};

}  // namespace fanlight::ui
