#include "ui/catalogue/catalogue_worker.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSet>
#include <map>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "ui/catalogue/run_reader.h"
#include "ui/models/sentence.h"

namespace fanlight::ui {

namespace {

constexpr int retryMs = 1000;
constexpr qint64 maxItem = (qint64{1} << 32) - 1;

}  // namespace

void CatalogueWorker::start() {
    retry_ = new QTimer(this);
    retry_->setInterval(retryMs);
    connect(retry_, &QTimer::timeout, this, &CatalogueWorker::applyChanges);
    change([this](CatalogueStore& store) {
        QSet<QString> known;
        for (const GalleryRun& run : store.runs()) {
            known << run.folder;
            if (store.stamp(run.id) != runStamp(run.folder) && QDir(run.folder).exists())
                Q_EMIT folderToRead(run.folder);
        }
        for (const QString& folder : rememberedFolders())
            if (!known.contains(folder)) Q_EMIT folderToRead(folder);
    });
}

void CatalogueWorker::change(Change change) {
    changes_.push_back(std::move(change));
    if (!retry_->isActive()) applyChanges();
}

void CatalogueWorker::addImages(const QString& folder, std::vector<GalleryImage> images) {
    change([this, folder, images = std::move(images)](CatalogueStore& store) {
        const qint64 run = store.addRun(folder);
        std::vector<GalleryImage> numbered;
        QVector<qint64> ids;
        for (const GalleryImage& image : images) {
            if (image.row.item.index < 0 || image.row.item.index > maxItem) continue;
            numbered.push_back(image);
            ids << (numbered.back().id = imageId(run, image.row.item.index));
        }
        store.add(numbered);
        publishLists();
        Q_EMIT added(ids);
    });
}

void CatalogueWorker::addMade(const GalleryImage& image) {
    addImages(image.folder, {image});
    if (image.state != ImageState::Done || image.row.item.index > maxItem) return;
    change([this, image](CatalogueStore& store) {
        Q_EMIT made(imageId(store.addRun(image.folder), image.row.item.index));
    });
}

template <typename Answer>
std::optional<Answer> CatalogueWorker::tryQuery(const std::function<Answer(CatalogueStore&)>& question) {
    try {
        return question(store());
    } catch (const CatalogueError& error) {
        handle(error);
        return {};
    }
}
template std::optional<QVector<qint64>> CatalogueWorker::tryQuery(
    const std::function<QVector<qint64>(CatalogueStore&)>& question);
template std::optional<std::vector<GalleryImage>> CatalogueWorker::tryQuery(
    const std::function<std::vector<GalleryImage>(CatalogueStore&)>& question);
template std::optional<std::vector<RatedImage>> CatalogueWorker::tryQuery(
    const std::function<std::vector<RatedImage>(CatalogueStore&)>& question);

/// Written beside the images at once; the catalogue's own copy waits while another program holds a lock.
void CatalogueWorker::mark(const QVector<qint64>& ids, const ImageMark& said) {
    const auto images = tryQuery<std::vector<GalleryImage>>([&](CatalogueStore& store) { return store.images(ids); });
    if (!images) return;
    std::map<QString, std::vector<ImageMark>> marks;
    for (const GalleryImage& image : *images)
        marks[image.folder].push_back({.file = image.row.item.place, .rating = said.rating, .note = said.note});
    for (const auto& [folder, marked] : marks) {
        try {
            writeMarks(folder, marked);
        } catch (const Error& error) {
            Q_EMIT problem(ui::said(error));
        }
    }
    change([ids, said](CatalogueStore& store) {
        if (said.rating) store.setRating(ids, *said.rating);
        if (said.note)
            for (const qint64 id : ids) store.setNote(id, QString::fromStdString(*said.note));
    });
}

void CatalogueWorker::forgetItems(const QString& folder, const QVector<qint64>& items) {
    change([this, folder, items](CatalogueStore& store) {
        QVector<qint64> ids;
        for (const qint64 item : items) ids << imageId(store.addRun(folder), item);
        if (store.remove(ids) > 0) Q_EMIT changed();
    });
}

/// Once the fallback file exists, it receives everything, so that it always has the newest.
void CatalogueWorker::writeMarks(const QString& folder, const std::vector<ImageMark>& marks) {
    const std::filesystem::path fallback = fallbackFor(folder).toStdString();
    std::error_code error;
    bool needed = std::filesystem::exists(marks_file(fallback), error);
    try {
        append_marks(folder.toStdString(), marks);
    } catch (const Error& error) {
        if (!std::exchange(needed, true))
            Q_EMIT problem(
                tr("%1; they are kept beside the gallery's catalogue.").arg(phrase(sentence_of(error).open())));
    }
    if (needed) append_marks(fallback, marks);
}

MarksByFile CatalogueWorker::marksOf(const QString& folder) const {
    MarksByFile all;
    for (const QString& place : {folder, fallbackFor(folder)}) {
        try {
            for (auto& [name, marks] : read_marks(place.toStdString())) all.insert_or_assign(name, std::move(marks));
        } catch (const Error&) {
            // The images are shown without.
        }
    }
    return all;
}

void CatalogueWorker::forgetRun(qint64 run) {
    change([this, run](CatalogueStore& store) {
        QStringList kept = rememberedFolders();
        for (const GalleryRun& known : store.runs())
            if (known.id == run) kept.removeAll(known.folder);
        store.removeRun(run);
        std::string lines;
        for (const QString& folder : kept) lines += to_line(Json(folder.toStdString())) + "\n";
        replace_file(foldersFile().toStdString(), lines);
        publishLists();
        Q_EMIT changed();
    });
}

/// Recorded outside the database, so that it can be rebuilt.
void CatalogueWorker::rememberFolder(const QString& folder) {
    change([this, folder](CatalogueStore& store) {
        store.addRun(folder);
        publishLists();
    });
    if (rememberedFolders().contains(folder)) return;
    QDir().mkpath(folder_);
    QFile file(foldersFile());
    const std::string line = to_line(Json(folder.toStdString())) + "\n";
    if (!file.open(QIODevice::Append | QIODevice::Unbuffered) ||
        file.write(line.data(), static_cast<qint64>(line.size())) != static_cast<qint64>(line.size()))
        Q_EMIT problem(tr("Cannot write %1: %2.").arg(file.fileName(), file.errorString()));
}

void CatalogueWorker::setStamp(const QString& folder, const QString& stamp) {
    change([folder, stamp](CatalogueStore& store) { store.setStamp(store.addRun(folder), stamp); });
}

CatalogueStore& CatalogueWorker::store() {
    if (store_) return *store_;
    QDir().mkpath(folder_);
    store_ = std::make_unique<CatalogueStore>(databaseFile());
    publishLists();
    return *store_;
}

void CatalogueWorker::applyChanges() {
    try {
        store();
        while (!changes_.empty()) {
            changes_.front()(*store_);
            changes_.pop_front();
        }
        retry_->stop();
        if (!std::exchange(inTrouble_, false)) return;
        Q_EMIT problem({});
        Q_EMIT changed();
    } catch (const CatalogueError& error) {
        handle(error);
    } catch (const Error& error) {  // concerns a file beside the catalogue: retrying would not help
        changes_.pop_front();
        Q_EMIT problem(said(error));
    }
}

void CatalogueWorker::handle(const CatalogueError& error) {
    if (error.kind() == CatalogueError::Kind::Damaged) return moveDamagedAside();
    const bool busy = error.kind() == CatalogueError::Kind::Busy;
    if (!std::exchange(inTrouble_, true))
        Q_EMIT problem((busy ? tr("%1. New images are kept and appear here as soon as it is free again.")
                             : tr("%1. New images are kept and appear here as soon as it can be used again."))
                           .arg(phrase(sentence_of(error).open())));
    retry_->start();
}

/// Nothing is lost: its contents come from the run folders, which are read again.
void CatalogueWorker::moveDamagedAside() {
    store_.reset();
    changes_.clear();
    const QString aside = databaseFile() + ".damaged";
    for (const char* part : {"", "-wal", "-shm"}) {
        const QString file = databaseFile() + QLatin1String(part);
        QFile::remove(aside + QLatin1String(part));
        if (QFile::exists(file) && !QFile::rename(file, aside + QLatin1String(part))) {
            inTrouble_ = true;
            Q_EMIT problem(tr("The gallery's catalogue %1 is damaged and cannot be moved away; delete it.").arg(file));
            return;
        }
    }
    Q_EMIT problem(tr("The gallery's catalogue was damaged; it is being rebuilt from the run folders. The damaged file "
                      "is kept as %1.")
                       .arg(aside));
    Q_EMIT changed();
    for (const QString& folder : rememberedFolders()) Q_EMIT folderToRead(folder);
}

void CatalogueWorker::publishLists() {
    auto runs = store_->runs();
    auto models = store_->models();
    if (runs == runs_ && models == models_) return;
    runs_ = std::move(runs);
    models_ = std::move(models);
    Q_EMIT listsChanged(runs_, models_);
}

QStringList CatalogueWorker::rememberedFolders() const {
    QStringList folders;
    QFile file(foldersFile());
    if (!file.open(QIODevice::ReadOnly)) return folders;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        const Json folder = Json::parse(line.begin(), line.end(), nullptr, false);
        if (folder.is_string()) folders << QString::fromStdString(folder.get<std::string>());
    }
    folders.removeDuplicates();
    return folders;
}

QString CatalogueWorker::fallbackFor(const QString& folder) const {
    const QByteArray hash = QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha256);
    return folder_ + "/ratings/" + QString::fromLatin1(hash.toHex());
}
QString CatalogueWorker::databaseFile() const { return folder_ + "/catalogue.sqlite"; }
QString CatalogueWorker::foldersFile() const { return folder_ + "/folders.jsonl"; }

}  // namespace fanlight::ui

#include "moc_catalogue_worker.cpp"
