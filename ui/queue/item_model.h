#pragma once

#include <QAbstractTableModel>
#include <QList>
#include <optional>
#include <vector>

#include "ui/bridge/run_bridge.h"

namespace fanlight::ui {

/// The items of one run, all or those in one state; items that were moved to the front come first.
class ItemModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Number, State, Prompt, Seed, Detail, ColumnCount };
    enum Role { ItemRole = Qt::UserRole };

    explicit ItemModel(RunBridge* bridge, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// 0: no run.
    void setRun(RunKey key);
    /// nullopt: all items.
    void setFilter(std::optional<ItemState> state);
    RunKey run() const { return key_; }
    qint64 item(int row) const { return rows_[static_cast<size_t>(row)]; }

private:
    void change(RunKey key, const QList<qint64>& items);
    void reload();
    std::vector<qint64> listed() const;
    QString text(qint64 item, Column column) const;
    QString detail(const RunState& run, qint64 item) const;

    RunBridge* const bridge_;
    RunKey key_ = 0;
    std::optional<ItemState> filter_;
    std::vector<qint64> rows_;    ///< the item of each row
    std::vector<int> rowOfItem_;  ///< -1: not shown
};

}  // namespace fanlight::ui
