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

/// The gallery's memory of all runs, for the GUI thread: every call returns at once, the work is done in a thread of
/// its own. A future that cannot be answered (the catalogue is held by another program) is cancelled, and `problem`
/// says why; once that is over, `changed` asks for everything again.
class Catalogue : public QObject {
    Q_OBJECT

public:
    /// Keeps its files in `folder`, which is made when missing. Run folders that were changed meanwhile are read again.
    explicit Catalogue(const QString& folder, QObject* parent = nullptr);
    /// Finishes what was asked.
    ~Catalogue() override;

    /// Where the user's catalogue lies.
    static QString usersFolder();

    /// Reads a run folder, or a folder of PNGs, in the background; `added` tells what was found.
    void addFolder(const QString& folder);
    /// An image that was just made, or an item that failed (see GalleryImage).
    void add(const GalleryImage& image);
    void rate(const QVector<qint64>& ids, int rating);
    /// Takes images out of the catalogue; their files are the caller's.
    void forget(const QVector<qint64>& ids);
    void forgetRun(qint64 run);

    /// What find() begins with, at most `count`: something to look at while it is at work.
    QFuture<QVector<qint64>> firstFound(const GalleryQuery& query, int count);
    QFuture<QVector<qint64>> find(const GalleryQuery& query, const QVector<qint64>& among = {});
    QFuture<std::vector<GalleryImage>> images(const QVector<qint64>& ids);

Q_SIGNALS:
    void added(const QVector<qint64>& ids);
    void changed();
    void listsChanged(const std::vector<fanlight::ui::GalleryRun>& runs, const QStringList& models);
    /// One sentence for the user; empty when it is over.
    void problem(const QString& sentence);

private:
    QThread thread_;
    QThreadPool reader_;
    CatalogueWorker* worker_;
};

}  // namespace fanlight::ui
