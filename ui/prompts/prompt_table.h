#pragma once

#include <QTableView>
#include <vector>

class QMenu;

namespace fanlight::ui {

class OfferedNames;
class PromptModel;
class ShownRows;

/// The prompt list as a table: rows are selected whole, moved by dragging, edited cell by cell, or one column of all
/// selected rows at once. A click on a column's title sorts what is shown. Rows are those of the list, whatever their
/// order here. The prompts take the width that the other columns leave, which shrink before these are cut short.
class PromptTable : public QTableView {
    Q_OBJECT

public:
    explicit PromptTable(PromptModel* model, QWidget* parent = nullptr);

    ShownRows* shown() const { return shown_; }
    /// What its cells offer.
    OfferedNames* names() const { return names_; }

    QList<int> selectedRows() const;
    int currentRow() const;
    /// In which cells are edited; the prompt's if the current one cannot be.
    int currentColumn() const;
    void selectRow(int row);
    void selectRows(int first, int count);
    /// Makes a cell the current one, and shows it if its state has hidden it.
    void goTo(int row, int column);

    QByteArray saveColumns();
    /// Columns after the first `known`, which what was saved does not know, are hidden. false: it is none.
    bool restoreColumns(const QByteArray& state, int known);
    /// One check mark per column.
    QMenu* columnsMenu() const { return columns_; }
    /// Columns that are hidden although rows set them.
    QList<int> hiddenColumnsWithValues() const;

    /// Sets what was typed into a cell: in all rows that were selected when it began.
    void setTyped(const QModelIndex& cell, const QString& text);

public Q_SLOTS:
    void removeSelected();
    void duplicateSelected();
    void moveSelectedUp() { moveSelected(-1); }
    void moveSelectedDown() { moveSelected(1); }
    void cutSelected();
    void copySelected();

Q_SIGNALS:
    void currentRowChanged(int row);
    void currentColumnChanged(int column);
    void columnsChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    bool edit(const QModelIndex& index, EditTrigger trigger, QEvent* event) override;

protected Q_SLOTS:
    void closeEditor(QWidget* editor, QAbstractItemDelegate::EndEditHint hint) override;

private:
    void moveSelected(int by);
    void takeWidth(int column, int before, int width);
    void shareWidth();
    void fillWithPrompts();
    int widthOfOthers() const;
    int wanted(int column) const;
    void makeColumnsMenu();
    void showListOrder();
    void keepSelection();
    void restoreSelection();

    PromptModel* const model_;
    OfferedNames* const names_;
    ShownRows* const shown_;
    QMenu* columns_;
    std::vector<int> wanted_;        ///< the width of each column where there is room, in pixels; 0: never shown
    bool isSharing_ = false;         ///< columns get their widths from here, and not from the user
    QList<int> typedInto_;           ///< the rows that were selected when editing began
    std::vector<quint64> keptRows_;  ///< the selected ones while others come to be shown, by id
    quint64 keptCurrent_ = 0;
    int keptColumn_ = 0;
};

}  // namespace fanlight::ui
