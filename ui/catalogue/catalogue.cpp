#include "ui/catalogue/catalogue.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <map>

#include "ui/catalogue/run_reader.h"
#include "ui/models/sentence.h"

namespace fanlight::ui {

namespace {

/// Runs `work` in the worker's thread.
template <typename Work>
void post(CatalogueWorker* worker, Work work, Qt::ConnectionType type = Qt::QueuedConnection) {
    QMetaObject::invokeMethod(worker, std::move(work), type);
}

template <typename Answer, typename Question>
QFuture<Answer> ask(CatalogueWorker* worker, Question question) {
    auto promise = std::make_shared<QPromise<Answer>>();
    promise->start();
    post(worker, [worker, promise, question] { worker->answer(*promise, question); });
    return promise->future();
}

/// Runs in the reader's thread. Each chunk waits for its turn, so that queries get in between and little memory is
/// used.
void readInto(CatalogueWorker* worker, const QString& folder) {
    const QString stamp = runStamp(folder);
    const MarksByFile marks = worker->marksOf(folder);
    QVector<qint64> culled;
    const auto isCulled = [&](GalleryImage& image) {
        const auto found = marks.find(image.row.item.place);
        if (found == marks.end()) return false;
        image.rating = found->second.rating;
        image.note = QString::fromStdString(found->second.note);
        if (!found->second.culled || QFile::exists(image.path())) return false;
        culled << image.row.item.index;
        return true;
    };
    try {
        readRun(folder, [&](std::vector<GalleryImage> images) {
            std::erase_if(images, isCulled);
            post(
                worker, [&] { worker->addImages(folder, std::move(images)); }, Qt::BlockingQueuedConnection);
        });
        if (!culled.isEmpty()) post(worker, [=] { worker->forgetItems(folder, culled); });
        post(worker, [=] { worker->setStamp(folder, stamp); });
    } catch (const std::exception& error) {
        const QString sentence = said(error);
        post(worker, [=] { Q_EMIT worker->problem(sentence + '.'); });
    }
}

}  // namespace

Catalogue::Catalogue(const QString& folder, QObject* parent)
    : QObject(parent), worker_(new CatalogueWorker(QDir(folder).absolutePath())) {
    thread_.setObjectName("catalogue");
    worker_->moveToThread(&thread_);
    reader_.setMaxThreadCount(1);
    connect(&thread_, &QThread::started, worker_, &CatalogueWorker::start);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    connect(worker_, &CatalogueWorker::folderToRead, this, &Catalogue::addFolder);
    connect(worker_, &CatalogueWorker::added, this, &Catalogue::added);
    connect(worker_, &CatalogueWorker::made, this, &Catalogue::made);
    connect(worker_, &CatalogueWorker::changed, this, &Catalogue::changed);
    connect(worker_, &CatalogueWorker::listsChanged, this, &Catalogue::listsChanged);
    connect(worker_, &CatalogueWorker::problem, this, &Catalogue::problem);
    thread_.start();
}

Catalogue::~Catalogue() {
    reader_.waitForDone();  // its chunks need the worker's thread, stopped below
    post(worker_, [this] { thread_.quit(); });
    thread_.wait();
}

QString Catalogue::usersFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/fanlight";
}

void Catalogue::addFolder(const QString& folder) {
    const QString path = QDir::cleanPath(QDir(folder).absolutePath());
    post(worker_, [worker = worker_, path] { worker->rememberFolder(path); });
    reader_.start([worker = worker_, path] { readInto(worker, path); });
}

void Catalogue::add(const GalleryImage& image) {
    post(worker_, [worker = worker_, image] {
        worker->rememberFolder(image.folder);
        worker->addMade(image);
    });
}

void Catalogue::addAgain(const std::vector<GalleryImage>& images) {
    std::map<QString, std::vector<GalleryImage>> byFolder;
    for (const GalleryImage& image : images) byFolder[image.folder].push_back(image);
    post(worker_, [worker = worker_, byFolder] {
        for (const auto& [folder, some] : byFolder) worker->addImages(folder, some);
    });
}

void Catalogue::rate(const QVector<qint64>& ids, int rating) {
    post(worker_, [worker = worker_, ids, rating] { worker->mark(ids, {.rating = rating}); });
}

void Catalogue::setNote(qint64 id, const QString& note) {
    post(worker_, [worker = worker_, id, note] { worker->mark({id}, {.note = note.toStdString()}); });
}

void Catalogue::forget(const QVector<qint64>& ids) {
    post(worker_, [worker = worker_, ids] { worker->change([ids](CatalogueStore& store) { store.remove(ids); }); });
}

void Catalogue::forgetRun(qint64 run) {
    post(worker_, [worker = worker_, run] { worker->forgetRun(run); });
}

QFuture<QVector<qint64>> Catalogue::firstFound(const GalleryQuery& query, int count) {
    return ask<QVector<qint64>>(worker_, [=](CatalogueStore& store) { return store.firstFound(query, count); });
}

QFuture<QVector<qint64>> Catalogue::find(const GalleryQuery& query, const QVector<qint64>& among) {
    return ask<QVector<qint64>>(worker_, [=](CatalogueStore& store) { return store.find(query, among); });
}

QFuture<std::vector<GalleryImage>> Catalogue::images(const QVector<qint64>& ids) {
    return ask<std::vector<GalleryImage>>(worker_, [=](CatalogueStore& store) { return store.images(ids); });
}

QFuture<std::vector<RatedImage>> Catalogue::ratings(const QVector<qint64>& ids) {
    return ask<std::vector<RatedImage>>(worker_, [=](CatalogueStore& store) { return store.ratings(ids); });
}

}  // namespace fanlight::ui

#include "moc_catalogue.cpp"
