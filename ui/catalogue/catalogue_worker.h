#pragma once

#include <QObject>
#include <QPromise>
#include <QStringList>
#include <QTimer>
#include <QVector>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "ui/catalogue/catalogue_store.h"
#include "ui/catalogue/gallery_image.h"

namespace fanlight::ui {

/// Catalogue's other half: lives in the background thread, owns the store and survives whatever happens to the file.
/// Changes wait while another program holds a lock on it; a damaged file is moved aside and rebuilt from the run
/// folders.
class CatalogueWorker : public QObject {
    Q_OBJECT

public:
    explicit CatalogueWorker(const QString& folder) : folder_(folder) {}

    using Change = std::function<void(CatalogueStore&)>;

    void start();
    /// Applied now, or as soon as the file can be written.
    void change(Change change);
    void addImages(const QString& folder, std::vector<GalleryImage> images);
    /// One that has just been made, or has failed.
    void addMade(const GalleryImage& image);
    /// The user says this of the images; its `file` is ignored, nothing but ratings and notes is taken.
    void mark(const QVector<qint64>& ids, const ImageMark& said);
    /// Removes what the catalogue has of these items of a run.
    void forgetItems(const QString& folder, const QVector<qint64>& items);
    void forgetRun(qint64 run);
    void rememberFolder(const QString& folder);
    void setStamp(const QString& folder, const QString& stamp);
    /// What the user said of the folder's images, also what could not be written to the folder itself. Any thread.
    MarksByFile marksOf(const QString& folder) const;

    /// Fulfils the promise, which must have been started, or cancels it.
    template <typename Answer, typename Question>
    void answer(QPromise<Answer>& promise, Question question) {
        if (auto answer = tryQuery(std::function<Answer(CatalogueStore&)>(question)))
            promise.addResult(std::move(*answer));
        else
            promise.future().cancel();
        promise.finish();
    }

Q_SIGNALS:
    void folderToRead(const QString& folder);
    void added(const QVector<qint64>& ids);
    void made(qint64 id);
    void changed();
    void listsChanged(const std::vector<fanlight::ui::GalleryRun>& runs, const QStringList& models);
    void problem(const QString& sentence);

private:
    template <typename Answer>
    std::optional<Answer> tryQuery(const std::function<Answer(CatalogueStore&)>& question);
    CatalogueStore& store();
    void applyChanges();
    void handle(const CatalogueError& error);
    void moveDamagedAside();
    void publishLists();
    QStringList rememberedFolders() const;
    void writeMarks(const QString& folder, const std::vector<ImageMark>& marks);
    /// Where marks go when the run folder is not writable.
    QString fallbackFor(const QString& folder) const;
    QString databaseFile() const;
    QString foldersFile() const;

    QString folder_;
    std::unique_ptr<CatalogueStore> store_;
    std::deque<Change> changes_;
    QTimer* retry_ = nullptr;
    bool inTrouble_ = false;
    std::vector<GalleryRun> runs_;
    QStringList models_;
};

}  // namespace fanlight::ui
