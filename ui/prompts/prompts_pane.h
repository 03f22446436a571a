#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "ui/prompts/prompt_entry.h"
#include "ui/prompts/prompt_file.h"

class QAction;
class QActionGroup;
class QCheckBox;
class QLabel;
class QMenu;
class QStackedWidget;
class QToolButton;

namespace fanlight::ui {

class FindBar;
class PromptEdit;
class PromptModel;
class PromptTable;
class SelectionEdit;
class TokenCounter;

/// The prompt list: a table of rows, an editor for the current one, changes to many at once, find and replace.
class PromptsPane : public QWidget {
    Q_OBJECT

public:
    explicit PromptsPane(QWidget* parent = nullptr);

    PromptModel* model() const { return model_; }
    PromptTable* table() const { return table_; }

    /// For the menus.
    QList<QAction*> editActions() const { return editActions_; }

    /// The model whose tokenizer counts tokens.
    void setModelFolder(const QString& folder);
    /// As PromptModel::setDefaults().
    void setDefaults(const QMap<QString, QString>& defaults, bool sameSeed = false, const Affixes& affixes = {});

    /// Visibility, order and width of the columns, and how many there are.
    QByteArray saveColumns() const;
    int columnCount() const;
    /// Columns after the first `known`, which the state does not know, are hidden.
    void restoreColumns(const QByteArray& state, int known);

public Q_SLOTS:
    /// Reads the files off this thread and inserts their rows before `row`; -1: at the end. Asks what the columns of
    /// tables mean that come from other programs.
    void importFiles(const QStringList& files, int row = -1);
    void chooseFiles();
    void addRow();
    /// Appends a row and makes it the current one.
    void addEntry(const fanlight::ui::PromptEntry& entry);
    void paste();
    /// Inserts the rows that the text means: lines, a table, or objects.
    void insertLines(const QString& lines);
    void find();
    void findAndReplace();
    void focusPrompt();

Q_SIGNALS:
    /// One sentence; `details` may say more.
    void problem(const QString& sentence, const QString& details);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QAction* makeAction(const QString& iconName, const QString& text, const QKeySequence& key);
    QList<QAction*> makeRowActions();
    QList<QAction*> makeValueActions();
    QWidget* makeHeader();
    QMenu* makeFilter();
    QToolButton* menuButton(const QString& iconName, const QString& text, QMenu* menu) const;
    QWidget* makeEmptyPage();
    QWidget* makeEditor();
    void makeActions();
    void showRow(int row);
    void showLength(const QString& prompt, int row);
    void loadStyles();
    void setEmptyNegative(bool isEmpty);
    void showNegative(const PromptEntry& entry);
    void showEmptyNegative(const PromptEntry& entry);
    void editField(int field, const QString& text);
    void changeField(int field, const QString& text);
    void updateCounts();
    void markHiddenColumns();
    void insertRead(ReadPrompts read, const QString& text);
    void readFiles(const QStringList& files, int row, const ColumnChoices& choices);
    void askForColumns(std::vector<ForeignTable> tables, const std::function<void(const ColumnChoices&)>& then);
    void report(const ReadPrompts& read, const QString& unreadable);
    void insertEntries(std::vector<PromptEntry> entries, int row, const QString& what);

    PromptModel* model_;
    PromptTable* table_;
    TokenCounter* tokens_;
    QString modelFolder_;
    FindBar* findBar_;
    QStackedWidget* pages_;
    SelectionEdit* selection_;
    QToolButton* columns_ = nullptr;
    QToolButton* filter_ = nullptr;
    QLabel* count_;
    QLabel* tokenCount_;
    PromptEdit* prompt_;
    PromptEdit* negative_;
    QWidget* negativeCaption_;
    QCheckBox* emptyNegative_;
    QList<QAction*> editActions_;
    QList<QAction*> toolActions_;  ///< those that have a button above the table
};

}  // namespace fanlight::ui
