#include "ui/models/model_list.h"

#include <QDirIterator>
#include <QLocale>

#include "core/base/error.h"
#include "core/config/program_paths.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"

namespace fanlight::ui {

namespace {

/// Of a file's weights, or of all in a folder.
qint64 weightBytes(const QString& path) {
    if (const QFileInfo file(path); file.isFile()) return file.size();
    qint64 bytes = 0;
    for (QDirIterator it(path, {"*.safetensors"}, QDir::Files, QDirIterator::Subdirectories); it.hasNext();) {
        it.next();
        bytes += it.fileInfo().size();
    }
    return bytes;
}

QString familyOf(const std::string& pipelineClass) {
    return QString::fromStdString(pipelineClass).remove(QLatin1String("Pipeline"));
}

ModelChoice addedChoice(const QString& path) {
    ModelChoice choice{.name = path, .bytes = weightBytes(path)};
    try {
        choice.family = familyOf(find_model(path.toStdString(), resources_folder()).pipeline_class);
    } catch (const Error& error) {
        choice.problem = QString::fromStdString(error.what());
    }
    return choice;
}

std::vector<ModelChoice> choicesHere(const QStringList& added) {
    std::vector<ModelChoice> choices;
    for (const ListedModel& model : list_models(resources_folder()))
        choices.push_back({QString::fromStdString(model.name), familyOf(model.pipeline_class),
                           QString::fromStdString(model.problem),
                           weightBytes(QString::fromStdString(model.folder.string()))});
    for (const QString& path : added) choices.push_back(addedChoice(path));
    return choices;
}

}  // namespace

void ModelList::refresh(const QStringList& added) {
    inBackground(
        this, [added] { return choicesHere(added); },
        [this](std::vector<ModelChoice> choices) {
            setChoices(std::move(choices));
            Q_EMIT filled();
        });
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

int ModelList::rowOf(const QString& name) const {
    for (size_t row = 0; row < choices_.size(); ++row)
        if (choices_[row].name == name) return int(row);
    return -1;
}

int ModelList::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(choices_.size()); }

/// The weights alone decide: what else a run needs depends on its size, and the plan of the devices pane counts it.
QString ModelList::note(const ModelChoice& choice) const {
    if (!choice.problem.isEmpty()) return choice.problem;
    QStringList parts;
    if (!choice.family.isEmpty()) parts << choice.family;
    if (choice.bytes > 0) parts << bytesText(choice.bytes);
    if (choice.bytes > 0 && memory_ > 0)
        parts << (choice.bytes < memory_ ? tr("fits") : tr("fits on no single device"));
    for (QString& part : parts) part = isolated(part);
    return parts.join(QStringLiteral(" · "));
}

QVariant ModelList::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const ModelChoice& choice = choices_[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return choice.name.startsWith('/') ? choice.name.section('/', -1) : choice.name;
        case Qt::ToolTipRole:
            return choice.problem.isEmpty() ? choice.name : choice.problem;
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
