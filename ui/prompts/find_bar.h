#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace fanlight::ui {

class PromptModel;

/// Finds a text in the prompts, and puts another in its place: in one, or in all as one undoable change.
class FindBar : public QWidget {
    Q_OBJECT

public:
    explicit FindBar(PromptModel* model, QWidget* parent = nullptr);

    /// Shows the bar with the cursor in it.
    void open(bool replace);
    /// The row of the next match after `from`, the search going on at the other end; -1: none.
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
    /// Where the search goes on from: the table's current row.
    void setCurrentRow(int row) { row_ = row; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRegularExpression pattern() const;
    void say(const QString& text);
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
