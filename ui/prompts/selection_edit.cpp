#include "ui/prompts/selection_edit.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <algorithm>

#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/row_clipboard.h"
#include "ui/prompts/value_dialog.h"

namespace fanlight::ui {

namespace {

/// The column and the visible ones behind it, as they are arranged; the state is none to write into.
QList<int> columnsFrom(const PromptTable& table, int column) {
    const QHeaderView& header = *table.horizontalHeader();
    QList<int> columns = {column};
    for (int place = header.visualIndex(column) + 1; place < header.count(); ++place) {
        const int next = header.logicalIndex(place);
        if (next != PromptModel::stateColumn && !header.isSectionHidden(next)) columns << next;
    }
    return columns;
}

}  // namespace

SelectionEdit::SelectionEdit(PromptModel* model, PromptTable* table) : QObject(table), model_(model), table_(table) {}

void SelectionEdit::askForValue() {
    const QList<int> rows = table_->selectedRows();
    if (rows.isEmpty()) return;
    std::vector<PromptEntry> entries;
    for (const int row : rows) entries.push_back(model_->entries()[size_t(row)]);
    auto* dialog = new ValueDialog(std::move(entries), table_->currentColumn() - PromptModel::promptColumn, table_);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, rows] {
        model_->setValue(rows, dialog->field() + PromptModel::promptColumn, dialog->text());
    });
    dialog->open();
}

void SelectionEdit::copyValues() const {
    const PromptField& field = PromptModel::fieldOf(table_->currentColumn());
    QStringList values;
    for (const int row : table_->selectedRows()) values << valueOf(model_->entries()[size_t(row)], field);
    if (!values.isEmpty()) QApplication::clipboard()->setText(textOfCells(values));
}

void SelectionEdit::pasteValues() {
    const QList<int> rows = table_->selectedRows();
    const std::vector<QStringList> lines = cellsOfText(QApplication::clipboard()->text());
    if (rows.isEmpty() || lines.empty()) return;
    const bool isOne = lines.size() == 1;
    if (!isOne && qsizetype(lines.size()) != rows.size())
        return Q_EMIT problem(
            tr("%n value(s) were copied; copy one, or select as many rows.", nullptr, int(lines.size())));
    const QList<int> columns = columnsFrom(*table_, table_->currentColumn());
    const auto isTooWide = [&](const QStringList& cells) { return cells.size() > columns.size(); };
    if (std::any_of(lines.begin(), lines.end(), isTooWide))
        return Q_EMIT problem(tr("There are more cells than columns; show more columns, or start further left."));
    model_->change(rows, tr("Paste values"), [&](PromptEntry& entry, int i) {
        const QStringList& cells = lines[isOne ? 0 : size_t(i)];
        for (qsizetype cell = 0; cell < cells.size(); ++cell)
            setValue(entry, PromptModel::fieldOf(columns[cell]), cells[cell], PromptModel::rowName(rows[i]));
    });
}

void SelectionEdit::setEmptyText() {
    const PromptField& field = PromptModel::fieldOf(table_->currentColumn());
    model_->change(table_->selectedRows(), tr("Empty text: %1").arg(titleOf(field)),
                   [&](PromptEntry& entry, int) { fanlight::ui::setEmptyText(entry, field); });
}

void SelectionEdit::fillDown() {
    const QList<int> rows = table_->selectedRows();
    if (rows.size() < 2) return;
    const PromptField& field = PromptModel::fieldOf(table_->currentColumn());
    if (isEmptyText(model_->entries()[size_t(rows.front())], field)) return setEmptyText();
    model_->setValue(rows, table_->currentColumn(), valueOf(model_->entries()[size_t(rows.front())], field));
}

void SelectionEdit::clear() { model_->setValue(table_->selectedRows(), table_->currentColumn(), {}); }

}  // namespace fanlight::ui

#include "moc_selection_edit.cpp"
