#include "ui/queue/item_model.h"

#include <algorithm>
#include <array>

#include "ui/models/direction.h"
#include "ui/models/item_states.h"
#include "ui/models/sentence.h"
#include "ui/models/task_words.h"

namespace fanlight::ui {

namespace {

/// The first one depends on the run's task.
constexpr std::array<const char*, ItemModel::ColumnCount> titles = {
    "", QT_TRANSLATE_NOOP("fanlight::ui::ItemModel", "State"), QT_TRANSLATE_NOOP("fanlight::ui::ItemModel", "Prompt"),
    QT_TRANSLATE_NOOP("fanlight::ui::ItemModel", "Seed"), QT_TRANSLATE_NOOP("fanlight::ui::ItemModel", "Detail")};

}  // namespace

ItemModel::ItemModel(RunBridge* bridge, QObject* parent) : QAbstractTableModel(parent), bridge_(bridge) {
    connect(bridge, &RunBridge::itemsChanged, this, &ItemModel::change);
    connect(bridge, &RunBridge::planLoaded, this, [this](RunKey key) {
        if (key == key_) change(key, {});
    });
    connect(bridge, &RunBridge::runsChanged, this, [this] {
        if (key_ != 0 && !bridge_->run(key_)) setRun(0);
    });
}

int ItemModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}
int ItemModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ItemModel::data(const QModelIndex& index, int role) const {
    const RunState* run = index.isValid() ? bridge_->run(key_) : nullptr;
    if (!run) return {};
    const qint64 number = item(index.row());
    const auto column = static_cast<Column>(index.column());
    if (role == ItemRole) return number;
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return text(number, column);
    if (role == Qt::DecorationRole && column == State) return itemStateIcon(run->item(number));
    return {};
}

QVariant ItemModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    if (section < 0 || section >= ColumnCount) return {};
    const RunState* run = bridge_->run(key_);
    if (section == Number) return wordsOf(run ? run->head().task : "").one();
    return tr(titles[static_cast<size_t>(section)]);
}

QString ItemModel::text(qint64 number, Column column) const {
    const RunState& run = *bridge_->run(key_);
    if (column == Number) return QString::number(number + 1);
    if (column == State) return itemStateText(run.item(number));
    if (column == Detail) return detail(run, number);
    const auto plan = bridge_->plan(key_);
    if (!plan || number >= static_cast<qint64>(plan->items.size())) return {};
    const Task& task = plan->items[static_cast<size_t>(number)].task;
    return column == Prompt ? isolatedSyntax(QString::fromStdString(task.prompt())) : QString::number(task.seed());
}

QString ItemModel::detail(const RunState& run, qint64 number) const {
    if (const ItemFailure* failure = run.failure(number)) return phrase(failure->message);
    if (run.item(number) != ItemState::Working) return {};
    for (const WorkerStatus& worker : run.workers()) {
        if (std::find(worker.holds.begin(), worker.holds.end(), number) == worker.holds.end()) continue;
        const QString device = QString::fromStdString(worker.device);
        if (worker.item < 0 || worker.of <= 0) return tr("on %1").arg(device);
        return tr("%1 · step %2/%3").arg(device).arg(worker.step).arg(worker.of);
    }
    return {};
}

void ItemModel::setRun(RunKey key) {
    if (key == key_) return;
    key_ = key;
    reload();
}

void ItemModel::setFilter(std::optional<ItemState> state) {
    if (state == filter_) return;
    filter_ = state;
    reload();
}

/// Items that were moved to the front, then the others by index.
std::vector<qint64> ItemModel::listed() const {
    const RunState* run = bridge_->run(key_);
    if (!run) return {};
    std::vector<qint64> rows;
    const auto add = [&](qint64 item) {
        if (!filter_ || run->item(item) == *filter_) rows.push_back(item);
    };
    std::vector<bool> moved(static_cast<size_t>(run->size()), false);
    for (const int64_t item : run->order()) {
        add(item);
        moved[static_cast<size_t>(item)] = true;
    }
    for (qint64 item = 0; item < run->size(); ++item)
        if (!moved[static_cast<size_t>(item)]) add(item);
    return rows;
}

void ItemModel::reload() {
    beginResetModel();
    rows_ = listed();
    const RunState* run = bridge_->run(key_);
    rowOfItem_.assign(run ? static_cast<size_t>(run->size()) : 0, -1);
    for (size_t row = 0; row < rows_.size(); ++row) rowOfItem_[static_cast<size_t>(rows_[row])] = static_cast<int>(row);
    endResetModel();
}

void ItemModel::change(RunKey key, const QList<qint64>& items) {
    if (key != key_) return;
    const bool sameRows = (!filter_ && !items.isEmpty()) || listed() == rows_;
    if (!sameRows) return reload();
    if (rows_.empty()) return;
    int first = items.isEmpty() ? 0 : rowCount(), last = items.isEmpty() ? rowCount() - 1 : -1;
    for (const qint64 item : items) {
        const int row = rowOfItem_[static_cast<size_t>(item)];
        if (row < 0) continue;
        first = std::min(first, row);
        last = std::max(last, row);
    }
    if (last >= first) Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
}

}  // namespace fanlight::ui

#include "moc_item_model.cpp"
