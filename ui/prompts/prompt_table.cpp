#include "ui/prompts/prompt_table.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QMenu>
#include <QResizeEvent>
#include <QScopedValueRollback>
#include <algorithm>
#include <iterator>

#include "ui/prompts/offered_names.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/row_clipboard.h"
#include "ui/prompts/shown_rows.h"
#include "ui/prompts/state_delegate.h"
#include "ui/style/style.h"

namespace fanlight::ui {

namespace {

constexpr int tableRowHeight = 34;

/// Of the columns that are shown at first, in pixels: their widths, and how narrow they become where the prompts have
/// less room than they wish for. A state is then its icon, a word and the thumbnail.
struct Widths {
    int first, narrowest;
};
constexpr Widths widths[] = {{204, 128}, {300, 180}, {120, 84}, {70, 56}, {76, 56}, {84, 78}};
constexpr int shownColumns = int(std::size(widths)), promptWish = 300;

}  // namespace

PromptTable::PromptTable(PromptModel* model, QWidget* parent)
    : QTableView(parent),
      model_(model),
      names_(new OfferedNames(this)),
      shown_(new ShownRows(model, this)),
      columns_(new QMenu(this)) {
    connect(shown_, &QAbstractItemModel::modelAboutToBeReset, this, &PromptTable::keepSelection);
    setModel(shown_);
    connect(shown_, &QAbstractItemModel::modelReset, this, &PromptTable::restoreSelection);
    // Titles do not show a selection: to find out whether all rows are selected, each would ask every row.
    horizontalHeader()->setSelectionModel(new QItemSelectionModel(shown_, this));
    setAccessibleName(tr("Prompts"));
    setItemDelegate(new ValueDelegate(this));
    setItemDelegateForColumn(PromptModel::stateColumn, new StateDelegate(this));
    setSelectionBehavior(SelectRows);
    frameOnFocus(this);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setDragDropMode(DragDrop);
    setDragDropOverwriteMode(false);
    setDefaultDropAction(Qt::MoveAction);
    setEditTriggers(DoubleClicked | EditKeyPressed | AnyKeyPressed);
    setHorizontalScrollMode(ScrollPerPixel);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    verticalHeader()->setDefaultSectionSize(tableRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultAlignment(Qt::AlignCenter);
    verticalHeader()->setMinimumWidth(36);
    verticalHeader()->setHighlightSections(false);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setTextElideMode(Qt::ElideRight);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setSectionResizeMode(PromptModel::promptColumn, QHeaderView::Fixed);
    horizontalHeader()->setMinimumSectionSize(48);
    wanted_.resize(size_t(model->columnCount()));
    for (int column = 0; column < shownColumns; ++column) wanted_[size_t(column)] = widths[column].first;
    showListOrder();
    setSortingEnabled(true);
    connect(shown_, &ShownRows::arranged, this, [this] {
        if (shown_->sortColumn() < 0) showListOrder();
    });
    for (int column = 0; column < model->columnCount(); ++column) {
        if (column < shownColumns) setColumnWidth(column, widths[column].first);
        setColumnHidden(column, column >= shownColumns);
    }
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, &PromptTable::takeWidth);
    connect(this, &PromptTable::columnsChanged, this, &PromptTable::shareWidth);
    makeColumnsMenu();
}

/// The user has drawn a column's border: the prompts make room for it, or take it.
void PromptTable::takeWidth(int column, int, int width) {
    if (isSharing_ || column == PromptModel::promptColumn || width == 0) return;  // 0: hidden
    wanted_[size_t(column)] = width;
    fillWithPrompts();
}

int PromptTable::widthOfOthers() const { return horizontalHeader()->length() - columnWidth(PromptModel::promptColumn); }

void PromptTable::fillWithPrompts() {
    const QScopedValueRollback sharing(isSharing_, true);
    setColumnWidth(PromptModel::promptColumn,
                   std::max(widths[PromptModel::promptColumn].narrowest, viewport()->width() - widthOfOthers()));
}

void PromptTable::shareWidth() {
    {
        const QScopedValueRollback sharing(isSharing_, true);
        for (int column = 0; column < model_->columnCount(); ++column)
            if (column != PromptModel::promptColumn && !isColumnHidden(column)) setColumnWidth(column, wanted(column));
        int lacking = promptWish - (viewport()->width() - widthOfOthers());
        for (int column = 0; column < shownColumns && lacking > 0; ++column) {
            if (column == PromptModel::promptColumn || isColumnHidden(column)) continue;
            const int given = std::clamp(wanted(column) - widths[column].narrowest, 0, lacking);
            setColumnWidth(column, wanted(column) - given);
            lacking -= given;
        }
    }
    fillWithPrompts();
}

int PromptTable::wanted(int column) const {
    constexpr int ofHidden = 100;  // when it is shown first
    return wanted_[size_t(column)] > 0 ? wanted_[size_t(column)] : ofHidden;
}

void PromptTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) shareWidth();
}

/// With the widths that the user has given them, whatever the window has room for now.
QByteArray PromptTable::saveColumns() {
    {
        const QScopedValueRollback sharing(isSharing_, true);
        for (int column = 0; column < model_->columnCount(); ++column)
            if (!isColumnHidden(column) && column != PromptModel::promptColumn) setColumnWidth(column, wanted(column));
    }
    const QByteArray state = horizontalHeader()->saveState();
    shareWidth();
    return state;
}

/// A third click on a title leads back to it.
void PromptTable::showListOrder() {
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setSortIndicatorShown(true);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
}

bool PromptTable::restoreColumns(const QByteArray& state, int known) {
    {
        const QScopedValueRollback sharing(isSharing_, true);
        if (!horizontalHeader()->restoreState(state)) return false;
        horizontalHeader()->setSectionResizeMode(PromptModel::promptColumn, QHeaderView::Fixed);
        for (int column = known; column < model_->columnCount(); ++column) setColumnHidden(column, true);
        for (int column = 0; column < model_->columnCount(); ++column)
            if (!isColumnHidden(column)) wanted_[size_t(column)] = columnWidth(column);
    }
    showListOrder();
    Q_EMIT columnsChanged();
    return true;
}

void PromptTable::makeColumnsMenu() {
    horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(horizontalHeader(), &QWidget::customContextMenuRequested, this,
            [this](const QPoint& at) { columns_->popup(horizontalHeader()->mapToGlobal(at)); });
    QAction* all = columns_->addAction(tr("Show those that rows set"), this, [this] {
        for (const int column : hiddenColumnsWithValues()) setColumnHidden(column, false);
        Q_EMIT columnsChanged();
    });
    connect(columns_, &QMenu::aboutToShow, all, [this, all] { all->setEnabled(!hiddenColumnsWithValues().isEmpty()); });
    columns_->addSeparator();
    for (int column = 0; column < model_->columnCount(); ++column) {
        QAction* action = columns_->addAction(model_->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setEnabled(column != PromptModel::promptColumn);
        connect(action, &QAction::triggered, this, [this, column](bool shown) {
            setColumnHidden(column, !shown);
            Q_EMIT columnsChanged();
        });
        connect(columns_, &QMenu::aboutToShow, action, [this, action, column] {
            const QString title = model_->headerData(column, Qt::Horizontal).toString();
            const int rows = isColumnHidden(column) ? model_->rowsWithValue(column) : 0;
            action->setText(rows > 0 ? tr("%1 (set in %n row(s))", nullptr, rows).arg(title) : title);
            action->setChecked(!isColumnHidden(column));
        });
    }
}

QList<int> PromptTable::hiddenColumnsWithValues() const {
    QList<int> columns;
    for (int column = PromptModel::promptColumn; column < model_->columnCount(); ++column)
        if (isColumnHidden(column) && model_->rowsWithValue(column) > 0) columns << column;
    return columns;
}

/// By the ranges: Qt's own selectedRows() asks for every cell.
QList<int> PromptTable::selectedRows() const {
    QList<int> rows;
    for (const QItemSelectionRange& range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row) rows << shown_->listRow(row);
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

int PromptTable::currentRow() const { return shown_->listRow(currentIndex().row()); }

int PromptTable::currentColumn() const { return std::max<int>(currentIndex().column(), PromptModel::promptColumn); }

void PromptTable::selectRow(int row) { goTo(row, PromptModel::promptColumn); }

void PromptTable::goTo(int row, int column) {
    if (shown_->shownRow(row) < 0) shown_->setStage(std::nullopt);
    setCurrentIndex(shown_->mapFromSource(model_->index(row, column)));
}

void PromptTable::selectRows(int first, int count) {
    if (count <= 0) return;
    selectRow(first);
    QItemSelection selection;
    if (shown_->isWhole())
        selection.select(shown_->index(first, 0), shown_->index(first + count - 1, model_->columnCount() - 1));
    else
        for (int row = first; row < first + count; ++row)
            if (const QModelIndex index = shown_->mapFromSource(model_->index(row, 0)); index.isValid())
                selection.select(index, index.siblingAtColumn(model_->columnCount() - 1));
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    scrollTo(shown_->mapFromSource(model_->index(first, PromptModel::promptColumn)));
}

void PromptTable::keepSelection() {
    keptRows_.clear();
    for (const QItemSelectionRange& range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row) keptRows_.push_back(shown_->id(row));
    keptCurrent_ = shown_->id(currentIndex().row());
    keptColumn_ = currentColumn();
}

void PromptTable::restoreSelection() {
    std::vector<int> rows;
    for (const quint64 id : keptRows_)
        if (const int row = shown_->shownRow(model_->rowOf(id)); row >= 0) rows.push_back(row);
    std::sort(rows.begin(), rows.end());
    QItemSelection selection;
    for (size_t first = 0, next = 0; first < rows.size(); first = next) {
        for (next = first + 1; next < rows.size() && rows[next] == rows[next - 1] + 1;) ++next;
        selection.append({shown_->index(rows[first], 0), shown_->index(rows[next - 1], model_->columnCount() - 1)});
    }
    const int current = shown_->shownRow(model_->rowOf(keptCurrent_));
    if (current < 0 && shown_->rowCount() == 0) return Q_EMIT currentRowChanged(-1);
    const QModelIndex cell = shown_->index(std::max(0, current), keptColumn_);
    if (selection.isEmpty()) return setCurrentIndex(cell);
    selectionModel()->setCurrentIndex(cell, QItemSelectionModel::NoUpdate);
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    scrollTo(cell);
}

void PromptTable::removeSelected() {
    const QList<int> rows = selectedRows();
    if (rows.isEmpty()) return;
    const int current = shown_->shownRow(rows.first());
    model_->remove(rows);
    if (shown_->rowCount() > 0) selectRow(shown_->listRow(std::min(current, shown_->rowCount() - 1)));
}

void PromptTable::duplicateSelected() {
    const QList<int> rows = selectedRows();
    if (rows.isEmpty()) return;
    model_->duplicate(rows);
    selectRows(rows.last() + 1, int(rows.size()));
}

void PromptTable::moveSelected(int by) {
    const QList<int> rows = selectedRows();
    if (rows.isEmpty() || !shown_->mayMove() || (by < 0 ? rows.first() == 0 : rows.last() == model_->rowCount() - 1))
        return;
    const int before = by < 0 ? rows.first() - 1 : rows.last() + 2;
    model_->move(rows, before);
    selectRows(by < 0 ? before : before - int(rows.size()), int(rows.size()));
}

void PromptTable::cutSelected() {
    copySelected();
    removeSelected();
}

void PromptTable::copySelected() {
    std::vector<PromptEntry> rows;
    for (const int row : selectedRows()) rows.push_back(model_->entries()[size_t(row)]);
    if (!rows.empty()) QApplication::clipboard()->setMimeData(clipboardData(rows));
}

bool PromptTable::edit(const QModelIndex& index, EditTrigger trigger, QEvent* event) {
    if (!QTableView::edit(index, trigger, event)) return false;
    if (state() == EditingState) {
        typedInto_ = selectedRows();
        shown_->hold(true);
    }
    return true;
}

void PromptTable::closeEditor(QWidget* editor, QAbstractItemDelegate::EndEditHint hint) {
    QTableView::closeEditor(editor, hint);
    if (state() != EditingState) shown_->hold(false);
}

void PromptTable::setTyped(const QModelIndex& cell, const QString& text) {
    const int row = shown_->listRow(cell.row());
    model_->setValue(typedInto_.contains(row) ? typedInto_ : QList<int>{row}, cell.column(), text);
}

void PromptTable::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTableView::currentChanged(current, previous);
    shown_->keep(shown_->id(current.row()));
    if (current.row() != previous.row()) Q_EMIT currentRowChanged(shown_->listRow(current.row()));
    if (current.column() != previous.column()) Q_EMIT currentColumnChanged(currentColumn());
}

}  // namespace fanlight::ui

#include "moc_prompt_table.cpp"
