#pragma once

#include <QHash>
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

/// Catalogue's other half: lives in its thread, holds the store and survives what befalls the file. Changes that find
/// it held by another program wait; a damaged file is put aside and made anew from the run folders.
class CatalogueWorker : public QObject {
    Q_OBJECT

public:
    explicit CatalogueWorker(const QString& folder) : folder_(folder) {}

    using Change = std::function<void(CatalogueStore&)>;

    void start();
    /// Made now, or as soon as it can be.
    void change(Change change);
    void addImages(const QString& folder, std::vector<GalleryImage> images);
    void rate(const QVector<qint64>& ids, int rating);
    void forgetRun(qint64 run);
    void rememberFolder(const QString& folder);
    void setStamp(const QString& folder, const QString& stamp);
    /// Those that its folder could not take included. Any thread.
    QHash<QString, int> ratingsOf(const QString& folder) const;

    /// Answers the promise, which was started, or cancels it.
    template <typename Answer, typename Question>
    void answer(QPromise<Answer>& promise, Question question) {
        if (auto answer = tried(std::function<Answer(CatalogueStore&)>(question)))
            promise.addResult(std::move(*answer));
        else
            promise.future().cancel();
        promise.finish();
    }

Q_SIGNALS:
    void folderToRead(const QString& folder);
    void added(const QVector<qint64>& ids);
    void changed();
    void listsChanged(const std::vector<fanlight::ui::GalleryRun>& runs, const QStringList& models);
    void problem(const QString& sentence);

private:
    template <typename Answer>
    std::optional<Answer> tried(const std::function<Answer(CatalogueStore&)>& question);
    CatalogueStore& store();
    void makeChanges();
    void handle(const CatalogueError& error);
    void setDamagedAside();
    void publishLists();
    QStringList rememberedFolders() const;
    void writeRatings(const QString& folder, const QStringList& files, int rating);
    /// Stands in for a run folder that ratings cannot be written into.
    QString standInFor(const QString& folder) const;
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
