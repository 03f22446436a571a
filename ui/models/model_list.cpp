#include "ui/models/model_list.h"

#include <QDirIterator>
#include <QLocale>

#include "core/base/error.h"
#include "core/config/program_paths.h"
#include "ui/models/background.h"

namespace fanlight::ui {

namespace {

qint64 weightBytes(const QString& folder) {
    qint64 bytes = 0;
    for (QDirIterator it(folder, {"*.safetensors"}, QDir::Files, QDirIterator::Subdirectories); it.hasNext();) {
        it.next();
        bytes += it.fileInfo().size();
    }
    return bytes;
}

ModelChoice choiceOfFolder(const QString& folder) {
    ModelChoice choice{.name = folder, .bytes = weightBytes(folder)};
    try {
        find_model(folder.toStdString(), resources_folder());
    } catch (const Error& error) {
        choice.problem = QString::fromStdString(error.what());
    }
    return choice;
}

std::vector<ModelChoice> choicesHere(const QStringList& folders) {
    std::vector<ModelChoice> choices;
    for (const ListedModel& model : list_models(resources_folder()))
        choices.push_back({QString::fromStdString(model.name), QString::fromStdString(model.problem),
                           weightBytes(QString::fromStdString(model.folder.string()))});
    for (const QString& folder : folders) choices.push_back(choiceOfFolder(folder));
    return choices;
}

}  // namespace

void ModelList::refresh(const QStringList& folders) {
    inBackground(
        this, [folders] { return choicesHere(folders); },
        [this](std::vector<ModelChoice> choices) {
            beginResetModel();
            choices_ = std::move(choices);
            endResetModel();
            Q_EMIT filled();
        });
}

int ModelList::rowOf(const QString& name) const {
    for (size_t row = 0; row < choices_.size(); ++row)
        if (choices_[row].name == name) return int(row);
    return -1;
}

int ModelList::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(choices_.size()); }

QVariant ModelList::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const ModelChoice& choice = choices_[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return choice.name.startsWith('/') ? choice.name.section('/', -1) : choice.name;
        case Qt::ToolTipRole:
            return choice.problem.isEmpty() ? choice.name : choice.problem;
        case NameRole:
            return choice.name;
        case ProblemRole:
            return choice.problem;
        case BytesRole:
            return choice.bytes;
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
