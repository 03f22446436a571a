#pragma once

#include <QAbstractTableModel>
#include <QList>

#include "ui/bridge/run_bridge.h"

namespace fanlight::ui {

/// All runs, in the order in which they are worked on. Numbers and texts are read from the bridge on demand.
class RunModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, State, Done, Left, ColumnCount };
    enum Role { KeyRole = Qt::UserRole, FractionRole };  ///< a RunKey; fraction of items that are settled, 0 to 1

    explicit RunModel(RunBridge* bridge, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// A run's name can be edited; an empty one is its default.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    RunKey key(int row) const { return row >= 0 && row < keys_.size() ? keys_[row] : 0; }
    int row(RunKey key) const { return static_cast<int>(keys_.indexOf(key)); }

private:
    void refresh();
    void reorder(const QList<RunKey>& keys);
    void change(RunKey key);

    RunBridge* const bridge_;
    QList<RunKey> keys_;
};

/// "Making images", "Paused" and so on.
QString phaseText(RunPhase phase, const std::string& task);

/// "37 of 120 images, 2 failed, 1 left out, about 4 min left"
QString progressText(const RunState& run);

}  // namespace fanlight::ui
