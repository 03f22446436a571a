#pragma once

#include <QObject>

namespace fanlight::ui {

class PromptModel;
class PromptTable;

/// Changes one column of all selected rows: that of the table's current cell. Each is one step to undo.
class SelectionEdit : public QObject {
    Q_OBJECT

public:
    SelectionEdit(PromptModel* model, PromptTable* table);

public Q_SLOTS:
    /// In a dialog, for any column, also a hidden one.
    void askForValue();
    void copyValues() const;
    /// One copied value goes into all selected rows; several go into one each. Cells of a spreadsheet go into the
    /// columns beside the current one, too.
    void pasteValues();
    /// The first selected row's value, into the others.
    void fillDown();
    void clear();
    /// An empty text in place of the parameters' own.
    void setEmptyText();

Q_SIGNALS:
    void problem(const QString& sentence);

private:
    PromptModel* const model_;
    PromptTable* const table_;
};

}  // namespace fanlight::ui
