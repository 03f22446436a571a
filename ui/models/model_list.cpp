#include "ui/models/model_list.h"

#include <QLocale>

#include "core/batch/image_task.h"
#include "core/config/program_paths.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"

namespace fanlight::ui {

namespace {

ModelChoice choiceOf(const ListedModel& model) {
    return {QString::fromStdString(model.name), QString::fromStdString(model.family),
            QString::fromStdString(model.problem), model.weight_bytes, QString::fromStdString(model.note)};
}

std::vector<ModelChoice> choicesHere(const QStringList& added) {
    std::vector<ModelChoice> choices;
    for (const ListedModel& model : list_models(resources_folder()))
        if (model.task.empty() || model.task == ImageTask::kind) choices.push_back(choiceOf(model));
    for (const QString& path : added) choices.push_back(choiceOf(listed_model(path.toStdString(), path.toStdString())));
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

/// Whether it fits is decided by the weights alone: what else a run needs depends on the image size, and the devices
/// pane's forecast includes it.
QString ModelList::note(const ModelChoice& choice) const {
    if (!choice.problem.isEmpty()) return choice.problem;
    QStringList parts;
    if (!choice.family.isEmpty()) parts << choice.family;
    if (choice.bytes > 0) parts << bytesText(choice.bytes);
    if (choice.bytes > 0 && memory_ > 0)
        parts << (choice.bytes < memory_ ? tr("fits") : tr("fits on no single device"));
    if (!choice.note.isEmpty()) parts << choice.note;
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
