#include "ui/models/model_list.h"

#include <QFileSystemWatcher>
#include <QLocale>
#include <QTimer>

#include "core/batch/image_task.h"
#include "core/config/hugging_face_cache.h"
#include "core/config/program_paths.h"
#include "core/config/settings.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/sentence.h"

namespace fanlight::ui {

namespace {

ModelChoice choiceOf(const ListedModel& model) {
    return {QString::fromStdString(model.name), QString::fromStdString(model.family), phrase(model.problem),
            model.weight_bytes, phrase(model.note)};
}

/// How long files must be left alone before they are read: copying a model changes its folder many times.
constexpr int settleMs = 1000;
constexpr int mostPlaces = 1000;

/// The models, and the folders in which they come and go.
struct Models {
    std::vector<ModelChoice> choices;
    QStringList places;
};

/// A folder with those in it, `depth` levels of them; or what is there of the way to it, so that its appearance is
/// noticed.
void addPlace(QStringList& places, const std::filesystem::path& folder, int depth) {
    std::error_code error;
    std::filesystem::path there = folder;
    while (!std::filesystem::is_directory(there, error) && there.has_relative_path()) there = there.parent_path();
    if (places.size() < mostPlaces) places << QString::fromStdString(there.string());
    if (there != folder || depth == 0) return;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->is_directory(error)) addPlace(places, entry->path(), depth - 1);
}

/// A file, or the folder where it will be.
void addFile(QStringList& places, const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return addPlace(places, file.parent_path(), 0);
    places << QString::fromStdString(file.string());
}

Models choicesHere(const QStringList& added) {
    Models models;
    auto& choices = models.choices;
    const ModelPlaces here(resources_folder());
    for (const ListedModel& model : list_models(here))
        if (model.task.empty() || model.task == ImageTask::kind) choices.push_back(choiceOf(model));
    for (const QString& path : added) {
        choices.push_back(choiceOf(listed_model(path.toStdString(), path.toStdString())));
        addPlace(models.places, std::filesystem::path(path.toStdString()).parent_path(), 0);
    }
    for (const std::filesystem::path& place : here.models) addPlace(models.places, place, 2);
    addFile(models.places, settings_file());               // which names places
    addPlace(models.places, hugging_face_hub_cache(), 3);  // models--NAME/snapshots/REVISION
    models.places.removeDuplicates();
    return models;
}

}  // namespace

ModelList::ModelList(QObject* parent)
    : QAbstractListModel(parent), watcher_(new QFileSystemWatcher(this)), delay_(new QTimer(this)) {
    delay_->setSingleShot(true);
    delay_->setInterval(settleMs);
    connect(delay_, &QTimer::timeout, this, [this] { refresh(added_); });
    const auto changed = qOverload<>(&QTimer::start);
    connect(watcher_, &QFileSystemWatcher::directoryChanged, delay_, changed);
    connect(watcher_, &QFileSystemWatcher::fileChanged, delay_, changed);
}

void ModelList::refresh(const QStringList& added) {
    added_ = added;
    inBackground(
        this, [added] { return choicesHere(added); },
        [this, refresh = ++refreshes_](Models models) {
            if (refresh != refreshes_) return;
            watch(models.places);
            if (models.choices != choices_) setChoices(std::move(models.choices));
            Q_EMIT filled();
        });
}

void ModelList::watch(const QStringList& places) {
    const QStringList before = watcher_->directories() + watcher_->files();
    if (places == before) return;
    if (!before.isEmpty()) watcher_->removePaths(before);
    if (!places.isEmpty()) watcher_->addPaths(places);
}

void ModelList::setChoices(std::vector<ModelChoice> choices) {
    beginResetModel();
    choices_ = std::move(choices);
    endResetModel();
}

void ModelList::setDeviceMemory(qint64 bytes) {
    memory_ = bytes;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {NoteRole});
}

QString ModelList::shownName(const QString& name) { return name.startsWith('/') ? name.section('/', -1) : name; }

int ModelList::rowOf(const QString& name) const {
    for (size_t row = 0; row < choices_.size(); ++row)
        if (choices_[row].name == name) return int(row);
    return -1;
}

int ModelList::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(choices_.size()); }

/// Whether it fits is decided by the weights alone: what else a run needs depends on the image size, and the devices
/// pane's forecast includes it.
QString ModelList::note(const ModelChoice& choice) const {
    if (!choice.problem.isEmpty()) return choice.problem;
    QStringList parts;
    if (!choice.family.isEmpty()) parts << choice.family;
    if (choice.bytes > 0) parts << bytesText(choice.bytes);
    if (choice.bytes > 0 && memory_ > 0)
        parts << (choice.bytes < memory_ ? tr("fits") : tr("too large for one device"));
    if (!choice.note.isEmpty()) parts << choice.note;
    for (QString& part : parts) part = isolated(part);
    return parts.join(QStringLiteral(" · "));
}

QVariant ModelList::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const ModelChoice& choice = choices_[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return shownName(choice.name);
        case Qt::ToolTipRole:
            if (!choice.problem.isEmpty()) return choice.problem;
            return choice.note.isEmpty() ? choice.name : choice.name + ' ' + choice.note;
        case Qt::AccessibleDescriptionRole:
        case NoteRole:
            return note(choice);
        case NameRole:
            return choice.name;
        default:
            return {};
    }
}

Qt::ItemFlags ModelList::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    const bool usable = choices_[index.row()].problem.isEmpty();
    return usable ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
}

QString bytesText(qint64 bytes) { return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat); }

}  // namespace fanlight::ui

#include "moc_model_list.cpp"
