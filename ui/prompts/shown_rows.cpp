#include "ui/prompts/shown_rows.h"

#include <QMimeData>
#include <QTimer>
#include <numeric>

#include "ui/models/background.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/row_order.h"

namespace fanlight::ui {

namespace {

constexpr int delayMs = 100;

}  // namespace

ShownRows::ShownRows(PromptModel* list, QObject* parent)
    : QAbstractProxyModel(parent), list_(list), soon_(new QTimer(this)) {
    setSourceModel(list);
    soon_->setSingleShot(true);
    soon_->setInterval(delayMs);
    connect(soon_, &QTimer::timeout, this, [this] {
        if (!held_) arrange();
    });
    follow();
}

/// Passes on what happens to the list; whoever shows a part of it is told to look again.
void ShownRows::follow() {
    connect(list_, &PromptModel::rowsAboutToBeInserted, this, [this](const QModelIndex&, int first, int last) {
        isWhole() ? beginInsertRows({}, first, last) : beginResetModel();
    });
    connect(list_, &PromptModel::rowsInserted, this, [this] {
        ++changes_;
        if (isWhole()) return endInsertRows();
        stage_.reset();  // what has just been added is seen
        map();
        endResetModel();
        Q_EMIT arranged();
    });
    connect(list_, &PromptModel::rowsAboutToBeRemoved, this, [this](const QModelIndex&, int first, int last) {
        isWhole() ? beginRemoveRows({}, first, last) : beginResetModel();
    });
    connect(list_, &PromptModel::rowsRemoved, this, [this] {
        ++changes_;
        if (isWhole()) return endRemoveRows();
        map();
        endResetModel();
    });
    connect(list_, &PromptModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(list_, &PromptModel::modelReset, this, [this] {
        startAgain();
        endResetModel();
        Q_EMIT arranged();
    });
    connect(list_, &PromptModel::dataChanged, this, &ShownRows::listChanged);
}

void ShownRows::listChanged(const QModelIndex& first, const QModelIndex& last) {
    const bool isOne = first.row() == last.row();
    if (!isOne) ++changes_;
    if (isWhole()) return Q_EMIT dataChanged(mapFromSource(first), mapFromSource(last));
    if (first.column() == PromptModel::stateColumn && stage_ && !soon_->isActive()) soon_->start();
    if (!isOne && last.column() != PromptModel::stateColumn) arrange();  // rows may have moved
    const int from = isOne ? shownRow(first.row()) : 0, to = isOne ? from : rowCount() - 1;
    if (from >= 0 && to >= from) Q_EMIT dataChanged(index(from, first.column()), index(to, last.column()));
}

void ShownRows::sort(int column, Qt::SortOrder order) {
    ++sorts_;
    sortColumn_ = column;
    if (column < 0) {
        sorted_.clear();
        return arrange();
    }
    RowsToSort rows{list_->entries(), {}, list_->defaults(), list_->seedOffsets()};
    if (column == PromptModel::stateColumn)
        for (const PromptEntry& entry : rows.entries) rows.stages.push_back(list_->stage(entry.id));
    const PromptField* field = column == PromptModel::stateColumn ? nullptr : &PromptModel::fieldOf(column);
    inBackground(
        this, [rows = std::move(rows), field, order] { return sortedRows(rows, field, order); },
        [this, sort = sorts_, changes = changes_](SortedRows sorted) {
            if (sort != sorts_) return;
            sorted_ = std::move(sorted.ids);
            changes == changes_ ? show(inStage(std::move(sorted.rows))) : arrange();
        });
}

void ShownRows::setStage(std::optional<RowStage> stage) {
    if (stage == stage_) return;
    stage_ = stage;
    kept_ = 0;
    arrange();
}

void ShownRows::hold(bool held) {
    held_ = held;
    if (!held && stage_) soon_->start();
}

/// With another list.
void ShownRows::startAgain() {
    ++sorts_;
    ++changes_;
    stage_.reset();
    sortColumn_ = -1;
    sorted_.clear();
    map();
}

/// All rows of the list, as they are sorted.
std::vector<int> ShownRows::inOrder() {
    const std::vector<PromptEntry>& entries = list_->entries();
    std::vector<int> rows(entries.size());
    std::iota(rows.begin(), rows.end(), 0);
    if (sorted_.empty()) return rows;
    rows.clear();
    const QSet<quint64> known(sorted_.begin(), sorted_.end());
    const auto takeNewOnes = [&](int row) {
        while (row < int(entries.size()) && !known.contains(entries[size_t(row)].id)) rows.push_back(row++);
    };
    takeNewOnes(0);
    for (const quint64 id : sorted_) {
        const int row = list_->rowOf(id);
        if (row < 0) continue;
        rows.push_back(row);
        takeNewOnes(row + 1);
    }
    sorted_.clear();
    for (const int row : rows) sorted_.push_back(entries[size_t(row)].id);
    return rows;
}

std::vector<int> ShownRows::inStage(std::vector<int> rows) const {
    const auto isAnother = [this](int row) {
        const quint64 id = list_->entries()[size_t(row)].id;
        return id != kept_ && list_->stage(id) != *stage_;
    };
    if (stage_) std::erase_if(rows, isAnother);
    return rows;
}

void ShownRows::map() {
    if (stage_ || !sorted_.empty()) return map(inStage(inOrder()));
    isWhole_ = true;
    rows_.clear();
    ids_.clear();
    places_.clear();
}

void ShownRows::map(std::vector<int> rows) {
    isWhole_ = false;
    rows_ = std::move(rows);
    ids_.clear();
    for (const int row : rows_) ids_.push_back(list_->entries()[size_t(row)].id);
    places_.assign(list_->entries().size(), -1);
    for (size_t row = 0; row < rows_.size(); ++row) places_[size_t(rows_[row])] = int(row);
}

void ShownRows::arrange() {
    if (stage_ || !sorted_.empty()) return show(inStage(inOrder()));
    if (isWhole()) return;
    beginResetModel();
    map();
    endResetModel();
    Q_EMIT arranged();
}

void ShownRows::show(std::vector<int> rows) {
    if (!isWhole() && rows == rows_) return;
    beginResetModel();
    map(std::move(rows));
    endResetModel();
    Q_EMIT arranged();
}

bool ShownRows::mayMove() const {
    if (!isWhole()) Q_EMIT list_->refused(tr("Rows cannot be moved while they are sorted or filtered."));
    return isWhole();
}

int ShownRows::listRow(int row) const {
    if (row < 0 || row >= rowCount()) return -1;
    return isWhole() ? row : rows_[size_t(row)];
}

quint64 ShownRows::id(int row) const {
    if (row < 0 || row >= rowCount()) return 0;
    return isWhole() ? list_->entries()[size_t(row)].id : ids_[size_t(row)];
}

int ShownRows::shownRow(int listRow) const {
    if (isWhole()) return listRow;
    return listRow >= 0 && listRow < int(places_.size()) ? places_[size_t(listRow)] : -1;
}

QModelIndex ShownRows::mapToSource(const QModelIndex& index) const {
    return index.isValid() ? list_->index(listRow(index.row()), index.column()) : QModelIndex();
}

QModelIndex ShownRows::mapFromSource(const QModelIndex& index) const {
    const int row = index.isValid() ? shownRow(index.row()) : -1;
    return row >= 0 ? createIndex(row, index.column()) : QModelIndex();
}

QModelIndex ShownRows::index(int row, int column, const QModelIndex& parent) const {
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

int ShownRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : isWhole() ? list_->rowCount() : int(rows_.size());
}

int ShownRows::columnCount(const QModelIndex& parent) const { return list_->columnCount(parent); }

QVariant ShownRows::headerData(int section, Qt::Orientation orientation, int role) const {
    return list_->headerData(orientation == Qt::Horizontal ? section : listRow(section), orientation, role);
}

bool ShownRows::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                             const QModelIndex& parent) {
    return (data->hasUrls() || mayMove()) && QAbstractProxyModel::dropMimeData(data, action, row, column, parent);
}

}  // namespace fanlight::ui

#include "moc_shown_rows.cpp"
