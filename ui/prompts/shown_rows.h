#pragma once

#include <QAbstractProxyModel>
#include <optional>
#include <vector>

#include "ui/models/row_state.h"

class QTimer;

namespace fanlight::ui {

class PromptModel;

/// The rows of the list as the table shows them: sorted, or only those in one state. The list keeps its order, in which
/// a run makes it. As long as all are shown in that order, this costs nothing. Sorting is a thing of a moment: rows
/// that change later stay where they are, and new ones come behind the row before them.
class ShownRows : public QAbstractProxyModel {
    Q_OBJECT

public:
    explicit ShownRows(PromptModel* list, QObject* parent = nullptr);

    /// Whether all rows are shown, in the list's order.
    bool isWhole() const { return isWhole_; }

    /// Sorts in another thread; arranged() follows. -1: in the list's order.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    /// By which the rows are sorted; -1: by none.
    int sortColumn() const { return sortColumn_; }

    /// Shows only the rows in this state.
    void setStage(std::optional<RowStage> stage);
    std::optional<RowStage> stage() const { return stage_; }

    /// Whether rows can be moved; if not, the list's refused() says why.
    bool mayMove() const;

    /// The row with this id stays as long as the same state is shown, whatever becomes of its own: somebody is at it.
    void keep(quint64 id) { kept_ = id; }

    /// While a cell is edited, rows neither come nor go because of their state.
    void hold(bool held);

    int listRow(int row) const;
    /// Of the entry that it shows; 0: there is no such row.
    quint64 id(int row) const;
    /// -1: the row is not shown.
    int shownRow(int listRow) const;

    QModelIndex mapToSource(const QModelIndex& index) const override;
    QModelIndex mapFromSource(const QModelIndex& index) const override;
    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex&) const override { return {}; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override { return rowCount(parent) > 0; }
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                      const QModelIndex& parent) override;

Q_SIGNALS:
    /// Other rows are shown, or in another order.
    void arranged();

private:
    void follow();
    void listChanged(const QModelIndex& first, const QModelIndex& last);
    void startAgain();
    void arrange();
    void show(std::vector<int> rows);
    std::vector<int> inOrder();
    std::vector<int> inStage(std::vector<int> rows) const;
    void map();
    void map(std::vector<int> rows);

    PromptModel* const list_;
    std::optional<RowStage> stage_;
    int sortColumn_ = -1;
    int sorts_ = 0;                ///< the last one counts
    int changes_ = 0;              ///< of the list
    std::vector<quint64> sorted_;  ///< the ids of all rows, in their order; empty: the list's
    bool isWhole_ = true;          ///< there is nothing to map
    std::vector<int> rows_;        ///< of the list, by the shown row
    std::vector<quint64> ids_;     ///< the same, by the shown row
    std::vector<int> places_;      ///< the shown row, by that of the list, or -1
    quint64 kept_ = 0;
    bool held_ = false;
    QTimer* const soon_;  ///< until rows whose state has changed come or go
};

}  // namespace fanlight::ui
