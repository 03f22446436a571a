#pragma once

#include <QRegularExpression>
#include <QWidget>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace fanlight::ui {

class PromptModel;
class PromptTable;
struct PromptEntry;

/// Finds text in what the rows set, in one column or in all, hidden ones too, and replaces it: in one row, or in many
/// as one undoable change.
class FindBar : public QWidget {
    Q_OBJECT

public:
    FindBar(PromptModel* model, PromptTable* table, QWidget* parent = nullptr);

    /// Shows the bar with the cursor in it. Until somebody chooses a column, all are searched, and prompts replaced.
    void open(bool replace);
    /// The row of the next match after `from`, wrapping around at the end; -1: none.
    int nextMatch(int from, bool backwards) const;

public Q_SLOTS:
    void findNext();
    void findPrevious();
    void replaceCurrent();
    void replaceAll();

Q_SIGNALS:
    void found(int row, int column);
    void closed();

public:
    /// The table's current row, from which the search continues.
    void setCurrentRow(int row) { row_ = row; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    class Search;
    QWidget* makeSearch();
    QWidget* makeReplacement();
    std::optional<Search> search() const;
    void showResult(const QString& text);
    void step(bool backwards);
    bool replaceIn(const QList<int>& rows, const QString& what);

    PromptModel* const model_;
    PromptTable* const table_;
    QLineEdit* find_;
    QComboBox* column_;
    QLineEdit* replacement_;
    QWidget* replaceRow_;
    QCheckBox* matchCase_;
    QCheckBox* expression_;
    QCheckBox* onlySelected_;
    QLabel* result_;
    bool isColumnChosen_ = false;
    int row_ = -1;
};

}  // namespace fanlight::ui
