#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace fanlight::ui {

class PromptModel;

/// Finds text in the prompts and replaces it: in one, or in all as one undoable change.
class FindBar : public QWidget {
    Q_OBJECT

public:
    explicit FindBar(PromptModel* model, QWidget* parent = nullptr);

    /// Shows the bar with the cursor in it.
    void open(bool replace);
    /// The row of the next match after `from`, wrapping around at the end; -1: none.
    int nextMatch(int from, bool backwards) const;

public Q_SLOTS:
    void findNext();
    void findPrevious();
    void replaceCurrent();
    void replaceAll();

Q_SIGNALS:
    void found(int row);
    void closed();

public:
    /// The table's current row, from which the search continues.
    void setCurrentRow(int row) { row_ = row; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRegularExpression pattern() const;
    void showResult(const QString& text);
    void step(bool backwards);
    bool matches(int row) const;

    PromptModel* const model_;
    QLineEdit* find_;
    QLineEdit* replacement_;
    QWidget* replaceRow_;
    QCheckBox* matchCase_;
    QCheckBox* expression_;
    QLabel* result_;
    int row_ = -1;
};

}  // namespace fanlight::ui
