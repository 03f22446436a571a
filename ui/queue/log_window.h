#pragma once

#include <QAbstractTableModel>
#include <QDialog>
#include <QTimer>
#include <vector>

#include "core/run/run_log.h"
#include "ui/bridge/run_bridge.h"

class QLabel;
class QTableView;

namespace fanlight::ui {

/// The sentences of a run's log, the latest last.
class LogModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Level, Message, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// Rows that are there already are kept.
    void setEntries(std::vector<LogEntry> entries);
    /// These rows, or all if there are none, for the clipboard: a line each, columns separated by tabs.
    QString text(QList<int> rows) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<LogEntry> entries_;
};

/// The log of one run, read again whenever the run has changed.
class LogWindow : public QDialog {
    Q_OBJECT

public:
    LogWindow(RunBridge* bridge, RunKey run, QWidget* parent = nullptr);

    RunKey run() const { return run_; }

private:
    void read();
    void copy();

    RunBridge* const bridge_;
    const RunKey run_;
    LogModel* const model_;
    QTableView* table_;
    QLabel* problem_;
    QTimer soon_;  ///< items may fail quickly, one after the other
};

}  // namespace fanlight::ui
