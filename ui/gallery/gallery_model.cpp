#include "ui/gallery/gallery_model.h"

#include <QMimeData>
#include <QUrl>
#include <algorithm>

namespace fanlight::ui {

namespace {

constexpr int firstRows = 500;  // more than a screen shows
constexpr int maxRanges = 100;  // of rows that are removed one after the other

}  // namespace

GalleryModel::GalleryModel(Catalogue& catalogue, ThumbnailLoader& thumbnails, QObject* parent)
    : QAbstractListModel(parent), catalogue_(catalogue), thumbnails_(thumbnails) {
    fetch_.setSingleShot(true);
    connect(&fetch_, &QTimer::timeout, this, &GalleryModel::fetchWanted);
    connect(&catalogue_, &Catalogue::changed, this, &GalleryModel::ask);
    connect(&catalogue_, &Catalogue::added, this, &GalleryModel::insertAdded);
    connect(&catalogue_, &Catalogue::made, this, [this](qint64 id) {
        newest_ = id;
        announceNewest();
    });
    connect(&thumbnails_, &ThumbnailLoader::loaded, this, &GalleryModel::thumbnailLoaded);
    ask();
}

void GalleryModel::setQuery(const GalleryQuery& query) {
    if (query == query_) return;
    query_ = query;
    ask();
}

std::optional<GalleryImage> GalleryModel::image(int row) const {
    const GalleryImage* image = fetched(row);
    return image ? std::optional(*image) : std::nullopt;
}

/// nullptr: it has been requested, unless it is in progress. Valid until the next one is fetched.
const GalleryImage* GalleryModel::fetched(int row) const {
    const qint64 id = ids_[row];
    const GalleryImage* image = images_.object(id);
    if (!image && !inProgress_.contains(id)) {
        wanted_ << id;
        if (!fetch_.isActive()) fetch_.start(0);
    }
    return image;
}

int GalleryModel::rowOf(qint64 id) const {
    if (query_.order == GalleryQuery::Order::BestFirst) return static_cast<int>(ids_.indexOf(id));
    const auto place =
        std::lower_bound(ids_.begin(), ids_.end(), id, [this](qint64 a, qint64 b) { return less(a, b); });
    return place != ids_.end() && *place == id ? static_cast<int>(place - ids_.begin()) : -1;
}

void GalleryModel::rate(const QVector<qint64>& ids, int rating) {
    catalogue_.rate(ids, rating);
    QSet<qint64> leaving;
    for (const qint64 id : ids) {
        GalleryImage* image = images_.object(id);
        if (image) image->rating = rating;
        if (!query_.lets(image ? image->state : ImageState::Done, rating)) leaving << id;
    }
    removeRows(leaving);
    if (ids.size() == 1) return rowChanged(ids.first());
    if (!ids_.isEmpty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void GalleryModel::setNote(qint64 id, const QString& note) {
    catalogue_.setNote(id, note);
    if (GalleryImage* image = images_.object(id)) image->note = note;
}

void GalleryModel::forget(const QVector<qint64>& ids) {
    removeRows({ids.begin(), ids.end()});
    catalogue_.forget(ids);
}

void GalleryModel::showProgress(qint64 run, qint64 item, int step, int of) {
    if (!showsProgress(run)) return;
    const qint64 id = imageId(run, item);
    if (images_.contains(id)) return;
    Progress& progress = this->progress(id);
    progress.step = step;
    progress.of = of;
    rowChanged(id);
}

void GalleryModel::showPreview(qint64 run, qint64 item, const QImage& preview) {
    if (!showsProgress(run)) return;
    const qint64 id = imageId(run, item);
    if (images_.contains(id)) return;
    progress(id).preview = preview;
    rowChanged(id);
}

void GalleryModel::clearProgress(qint64 run) {
    QSet<qint64> ended;
    for (const qint64 id : inProgress_.keys())
        if (runOf(id) == run) ended << id;
    removeRows(ended);
}

void GalleryModel::setVisible(int first, int last) {
    firstVisible_ = first;
    lastVisible_ = std::min(last, rowCount() - 1);
    QSet<QString> paths;
    for (int row = firstVisible_; row <= lastVisible_; ++row)
        if (const GalleryImage* image = images_.object(ids_[row])) paths << image->path();
    thumbnails_.keepOnly(paths);
    wanted_.removeIf([&](qint64 id) {
        const int row = rowOf(id);
        return row < firstVisible_ || row > lastVisible_;
    });
}

int GalleryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(ids_.size());
}

QVariant GalleryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    if (const auto progress = inProgress_.constFind(ids_[index.row()]); progress != inProgress_.constEnd())
        return progressData(*progress, role);
    const GalleryImage* found = fetched(index.row());
    if (!found) return role == StateRole ? QVariant(static_cast<int>(ImageState::Done)) : QVariant();
    switch (role) {
        case Qt::DisplayRole:
            return found->prompt().simplified();
        case Qt::ToolTipRole:
            return found->note.isEmpty() ? found->prompt() : found->prompt() + "\n\n" + found->note;
        case Qt::AccessibleTextRole:
            return found->rating > 0 ? tr("%1, %n star(s)", nullptr, found->rating).arg(found->prompt().simplified())
                   : found->rating == rejected ? tr("%1, rejected").arg(found->prompt().simplified())
                                               : found->prompt().simplified();
        case ThumbnailRole:
            return found->state == ImageState::Done ? thumbnails_.thumbnail(found->path()) : QImage();
        case StateRole:
            return static_cast<int>(found->state);
        case RatingRole:
            return found->rating;
        case ReasonRole:
            if (found->state == ImageState::Failed) return found->reason;
            return thumbnails_.isMissing(found->path()) ? tr("The file is missing or is not an image") : QString();
        default:
            return {};
    }
}

QVariant GalleryModel::progressData(const Progress& progress, int role) const {
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return progress.of > 0 ? tr("Step %1 of %2").arg(progress.step).arg(progress.of) : tr("In progress");
        case ThumbnailRole:
            return progress.preview;
        case StateRole:
            return static_cast<int>(ImageState::InProgress);
        case ProgressRole:
            return progress.of > 0 ? static_cast<double>(progress.step) / progress.of : 0.0;
        default:
            return {};
    }
}

Qt::ItemFlags GalleryModel::flags(const QModelIndex& index) const {
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList GalleryModel::mimeTypes() const { return {"text/uri-list"}; }

/// Files for other programs; rows not yet loaded have never been visible, so they cannot be dragged.
QMimeData* GalleryModel::mimeData(const QModelIndexList& indexes) const {
    QList<QUrl> urls;
    for (const QModelIndex& index : indexes)
        if (const GalleryImage* image = images_.object(ids_[index.row()]); image && image->state == ImageState::Done)
            urls << QUrl::fromLocalFile(image->path());
    auto* data = new QMimeData;
    data->setUrls(urls);
    return data;
}

/// A search that finds most of the images takes noticeably long, so its first rows are asked for separately.
void GalleryModel::ask() {
    const quint64 number = ++asked_;
    const auto ifStillAsked = [this, number](auto take) {
        return [this, number, take](const QVector<qint64>& found) {
            if (number == asked_) (this->*take)(found);
        };
    };
    const bool searches = !query_.text.isEmpty();
    if (searches) catalogue_.firstFound(query_, firstRows).then(this, ifStillAsked(&GalleryModel::take));
    catalogue_.find(query_).then(this, ifStillAsked(searches ? &GalleryModel::appendRest : &GalleryModel::take));
}

void GalleryModel::take(const QVector<qint64>& found) {
    beginResetModel();
    ids_ = found;
    images_.clear();
    wanted_.clear();
    inProgress_.removeIf([this](auto it) { return !showsProgress(runOf(it.key())) || rowOf(it.key()) >= 0; });
    endResetModel();
    insert({inProgress_.keyBegin(), inProgress_.keyEnd()});
    Q_EMIT answered();
}

/// Appends to the first rows of the same search, unless they have changed meanwhile.
void GalleryModel::appendRest(const QVector<qint64>& found) {
    const auto count = ids_.size();
    if (count > found.size() || !std::equal(ids_.begin(), ids_.end(), found.begin())) return take(found);
    if (count < found.size()) {
        beginInsertRows({}, static_cast<int>(count), static_cast<int>(found.size()) - 1);
        ids_ = found;
        endInsertRows();
    }
    Q_EMIT answered();
}

void GalleryModel::insertAdded(const QVector<qint64>& ids) {
    for (const qint64 id : ids) {
        if (const GalleryImage* image = images_.object(id)) thumbnails_.forget(image->path());
        images_.remove(id);
        if (inProgress_.remove(id) > 0) rowChanged(id);
    }
    catalogue_.find(query_, ids).then(this, [this, number = asked_](const QVector<qint64>& found) {
        if (number != asked_) return;  // the answer to the newer query includes them
        insert(found);
        for (const qint64 id : found) rowChanged(id);
        announceNewest();
    });
}

/// Once it is among the rows: what has been added is looked up by the query first.
void GalleryModel::announceNewest() {
    const int row = newest_ > 0 ? rowOf(newest_) : -1;
    if (row < 0 || inProgress_.contains(newest_)) return;
    newest_ = 0;
    Q_EMIT arrived(row);
}

void GalleryModel::insert(QVector<qint64> ids) {
    std::sort(ids.begin(), ids.end(), [this](qint64 a, qint64 b) { return less(a, b); });
    for (qsizetype next = 0; next < ids.size();) {
        if (rowOf(ids[next]) >= 0) {
            ++next;
            continue;
        }
        auto place = ids_.end();  // when ordered by rating, new images, which have none yet, go last
        if (query_.order != GalleryQuery::Order::BestFirst)
            place = std::lower_bound(ids_.begin(), ids_.end(), ids[next],
                                     [this](qint64 a, qint64 b) { return less(a, b); });
        qsizetype end = next + 1;
        while (end < ids.size() && (place == ids_.end() || less(ids[end], *place)) && rowOf(ids[end]) < 0) ++end;
        const auto row = static_cast<int>(place - ids_.begin());
        const auto count = static_cast<int>(end - next);
        beginInsertRows({}, row, row + count - 1);
        ids_.insert(row, count, 0);
        std::copy(ids.begin() + next, ids.begin() + end, ids_.begin() + row);
        endInsertRows();
        next = end;
    }
}

/// Range by range, from the end; as a reset if they lie too scattered for that.
void GalleryModel::removeRows(const QSet<qint64>& ids) {
    if (ids.isEmpty()) return;
    for (const qint64 id : ids) {
        inProgress_.remove(id);
        images_.remove(id);
    }
    QVector<std::pair<int, int>> ranges;
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (!ids.contains(ids_[row])) continue;
        if (!ranges.isEmpty() && ranges.last().first == row + 1)
            ranges.last().first = row;
        else
            ranges.append({row, row});
    }
    if (ranges.size() > maxRanges) {
        beginResetModel();
        ids_.removeIf([&](qint64 id) { return ids.contains(id); });
        return endResetModel();
    }
    for (const auto& [first, last] : ranges) {
        beginRemoveRows({}, first, last);
        ids_.remove(first, last - first + 1);
        endRemoveRows();
    }
}

void GalleryModel::fetchWanted() {
    if (wanted_.isEmpty() || fetching_) return;
    const QVector<qint64> ids(wanted_.begin(), wanted_.end());
    wanted_.clear();
    fetching_ = true;
    catalogue_.images(ids)
        .then(this,
              [this](const std::vector<GalleryImage>& images) {
                  fetching_ = false;
                  for (const GalleryImage& image : images) {
                      images_.insert(image.id, new GalleryImage(image));
                      rowChanged(image.id);
                  }
                  fetchWanted();
              })
        .onCanceled(this, [this] { fetching_ = false; });
}

/// For BestFirst this holds only among new images, since ratings are not known here.
bool GalleryModel::less(qint64 a, qint64 b) const {
    const bool oldestFirst = query_.order == GalleryQuery::Order::OldestRunFirst;
    return runOf(a) == runOf(b) || oldestFirst ? a < b : a > b;
}

bool GalleryModel::showsProgress(qint64 run) const {
    GalleryQuery plain;
    plain.run = query_.run;
    plain.order = query_.order;
    plain.show = query_.show;
    return query_ == plain && query_.lets(ImageState::InProgress, 0) && (query_.run == 0 || query_.run == run);
}

GalleryModel::Progress& GalleryModel::progress(qint64 id) {
    if (!inProgress_.contains(id)) {
        inProgress_.insert(id, {});
        insert({id});
    }
    return inProgress_[id];
}

void GalleryModel::rowChanged(qint64 id) {
    if (const int row = rowOf(id); row >= 0) Q_EMIT dataChanged(index(row), index(row));
}

void GalleryModel::thumbnailLoaded(const QString& path) {
    for (int row = firstVisible_; row <= std::min(lastVisible_, rowCount() - 1); ++row)
        if (const GalleryImage* image = images_.object(ids_[row]); image && image->path() == path)
            Q_EMIT dataChanged(index(row), index(row), {ThumbnailRole, ReasonRole});
}

}  // namespace fanlight::ui

#include "moc_gallery_model.cpp"
