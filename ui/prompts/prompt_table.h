#pragma once

#include <QTableView>

class QMenu;

namespace fanlight::ui {

class PromptModel;

/// The prompt list as a table: rows are selected whole, moved by dragging, edited cell by cell.
class PromptTable : public QTableView {
    Q_OBJECT

public:
    explicit PromptTable(PromptModel* model, QWidget* parent = nullptr);

    QList<int> selectedRows() const;
    int currentRow() const { return currentIndex().row(); }
    void selectRow(int row);
    void selectRows(int first, int count);

    /// One check mark per column.
    QMenu* columnsMenu() const { return columns_; }

public Q_SLOTS:
    void removeSelected();
    void duplicateSelected();
    void moveSelectedUp() { moveSelected(-1); }
    void moveSelectedDown() { moveSelected(1); }
    void copySelected();

Q_SIGNALS:
    void currentRowChanged(int row);

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    void moveSelected(int by);
    void makeColumnsMenu();

    PromptModel* const model_;
    QMenu* columns_;
};

}  // namespace fanlight::ui
