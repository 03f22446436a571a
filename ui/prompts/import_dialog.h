#pragma once

#include <QDialog>
#include <QList>
#include <vector>

#include "ui/prompts/prompt_file.h"

class QComboBox;
class QDialogButtonBox;
class QLabel;
class QVBoxLayout;

namespace fanlight::ui {

/// Asks what the columns of tables mean that come from other programs: each sets a parameter, or is left out.
class ImportDialog : public QDialog {
    Q_OBJECT

public:
    explicit ImportDialog(std::vector<ForeignTable> tables, QWidget* parent = nullptr);

    /// By the name of the table.
    ColumnChoices choices() const;

private:
    struct Table {
        ForeignTable foreign;
        QList<QComboBox*> meanings;  ///< by column
    };

    QWidget* makeTable(Table& table);
    QComboBox* makeMeaning(const ListColumn& column);
    QString mistake() const;
    void check();

    std::vector<Table> tables_;
    QLabel* mistake_;
    QDialogButtonBox* buttons_;
};

}  // namespace fanlight::ui
