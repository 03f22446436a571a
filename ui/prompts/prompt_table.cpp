#include "ui/prompts/prompt_table.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QMenu>
#include <algorithm>

#include "ui/prompts/prompt_model.h"
#include "ui/prompts/state_delegate.h"

namespace fanlight::ui {

namespace {

constexpr int tableRowHeight = 34;

/// Initial width of each column in pixels; 0: hidden.
constexpr int widths[] = {204, 300, 120, 70, 56, 84, 0, 0, 0, 0, 0, 0, 0};

}  // namespace

PromptTable::PromptTable(PromptModel* model, QWidget* parent)
    : QTableView(parent), model_(model), columns_(new QMenu(this)) {
    setModel(model);
    setAccessibleName(tr("Prompts"));
    setItemDelegate(new ValueDelegate(this));
    setItemDelegateForColumn(PromptModel::stateColumn, new StateDelegate(this));
    setSelectionBehavior(SelectRows);
    setFrameShape(NoFrame);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setDragDropMode(DragDrop);
    setDragDropOverwriteMode(false);
    setDefaultDropAction(Qt::MoveAction);
    setEditTriggers(DoubleClicked | EditKeyPressed | AnyKeyPressed);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->setDefaultSectionSize(tableRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultAlignment(Qt::AlignCenter);
    verticalHeader()->setMinimumWidth(36);
    verticalHeader()->setHighlightSections(false);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setSectionResizeMode(PromptModel::promptColumn, QHeaderView::Stretch);
    horizontalHeader()->setMinimumSectionSize(48);
    for (int column = 0; column < model->columnCount(); ++column) {
        if (column != PromptModel::promptColumn && widths[column] > 0) setColumnWidth(column, widths[column]);
        setColumnHidden(column, widths[column] == 0);
    }
    makeColumnsMenu();
}

void PromptTable::makeColumnsMenu() {
    horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(horizontalHeader(), &QWidget::customContextMenuRequested, this,
            [this](const QPoint& at) { columns_->popup(horizontalHeader()->mapToGlobal(at)); });
    for (int column = 0; column < model_->columnCount(); ++column) {
        QAction* action = columns_->addAction(model_->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setEnabled(column != PromptModel::promptColumn);
        connect(action, &QAction::triggered, this, [this, column](bool shown) { setColumnHidden(column, !shown); });
        connect(columns_, &QMenu::aboutToShow, action,
                [this, action, column] { action->setChecked(!isColumnHidden(column)); });
    }
}

QList<int> PromptTable::selectedRows() const {
    QList<int> rows;
    for (const QModelIndex& index : selectionModel()->selectedRows()) rows << index.row();
    std::sort(rows.begin(), rows.end());
    return rows;
}

void PromptTable::selectRow(int row) { setCurrentIndex(model_->index(row, PromptModel::promptColumn)); }

void PromptTable::selectRows(int first, int count) {
    if (count <= 0) return;
    selectRow(first);
    selectionModel()->select({model_->index(first, 0), model_->index(first + count - 1, model_->columnCount() - 1)},
                             QItemSelectionModel::ClearAndSelect);
    scrollTo(model_->index(first, PromptModel::promptColumn));
}

void PromptTable::removeSelected() {
    const QList<int> rows = selectedRows();
    if (rows.isEmpty()) return;
    model_->remove(rows);
    if (model_->rowCount() > 0) selectRow(std::min(rows.first(), model_->rowCount() - 1));
}

void PromptTable::duplicateSelected() {
    const QList<int> rows = selectedRows();
    if (rows.isEmpty()) return;
    model_->duplicate(rows);
    selectRows(rows.last() + 1, int(rows.size()));
}

void PromptTable::moveSelected(int by) {
    const QList<int> rows = selectedRows();
    if (rows.isEmpty() || (by < 0 ? rows.first() == 0 : rows.last() == model_->rowCount() - 1)) return;
    const int before = by < 0 ? rows.first() - 1 : rows.last() + 2;
    model_->move(rows, before);
    selectRows(by < 0 ? before : before - int(rows.size()), int(rows.size()));
}

void PromptTable::copySelected() {
    QStringList prompts;
    for (const int row : selectedRows()) prompts << model_->entries()[row].prompt;
    QApplication::clipboard()->setText(prompts.join('\n'));
}

void PromptTable::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTableView::currentChanged(current, previous);
    if (current.row() != previous.row()) Q_EMIT currentRowChanged(current.row());
}

}  // namespace fanlight::ui

#include "moc_prompt_table.cpp"
