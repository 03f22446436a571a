#include "ui/prompts/prompts_pane.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/models/background.h"
#include "ui/models/parameter_labels.h"
#include "ui/prompts/find_bar.h"
#include "ui/prompts/import_dialog.h"
#include "ui/prompts/prompt_edit.h"
#include "ui/prompts/prompt_file.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/token_counter.h"
#include "ui/style/icons.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr int promptField = 0, negativeField = 1;

QLabel* caption(const QString& text, QWidget* buddy) {
    auto* label = new QLabel(text);
    label->setBuddy(buddy);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

}  // namespace

PromptsPane::PromptsPane(QWidget* parent)
    : QWidget(parent),
      model_(new PromptModel(this)),
      table_(new PromptTable(model_)),
      tokens_(new TokenCounter(this)),
      findBar_(new FindBar(model_)),
      pages_(new QStackedWidget) {
    setAcceptDrops(true);
    model_->setTokenCounter(tokens_);
    makeActions();
    pages_->addWidget(table_);
    pages_->addWidget(makeEmptyPage());
    findBar_->hide();

    auto* list = new QWidget;
    auto* listLayout = new QVBoxLayout(list);
    listLayout->setContentsMargins(0, 0, 0, 0);
    listLayout->addWidget(pages_, 1);
    listLayout->addWidget(findBar_);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(list);
    splitter->addWidget(makeEditor());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({500, 170});
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 10);
    layout->addWidget(makeHeader());
    layout->addWidget(splitter, 1);

    connect(table_, &PromptTable::currentRowChanged, this, &PromptsPane::showRow);
    connect(model_, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& first, const QModelIndex& last) {
        if (first.row() <= table_->currentRow() && table_->currentRow() <= last.row()) showRow(table_->currentRow());
        if (last.column() > 0) updateCounts();
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(model_, signal, this, &PromptsPane::updateCounts);
    connect(model_, &QAbstractItemModel::modelReset, this, [this] {
        updateCounts();
        model_->rowCount() > 0 ? table_->selectRow(0) : showRow(-1);
    });
    connect(model_, &PromptModel::refused, this, [this](const QString& sentence) { Q_EMIT problem(sentence, {}); });
    connect(model_, &PromptModel::filesDropped, this, [this](const QList<QUrl>& urls, int row) {
        QStringList files;
        for (const QUrl& url : urls) files << url.toLocalFile();
        importFiles(files, row);
    });
    connect(findBar_, &FindBar::found, this, [this](int row) { table_->selectRow(row); });
    connect(findBar_, &FindBar::closed, this, [this] {
        findBar_->hide();
        table_->setFocus();
    });
    connect(tokens_, &TokenCounter::changed, this, [this] { showRow(table_->currentRow()); });
    updateCounts();
    showRow(-1);
}

void PromptsPane::makeActions() {
    const auto add = [this](const QString& iconName, const QString& text, const QKeySequence& key, auto target,
                            auto slot) {
        auto* action = new QAction(icon(iconName), text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(key.isEmpty() ? text : text + " (" + key.toString(QKeySequence::NativeText) + ")");
        connect(action, &QAction::triggered, target, slot);
        addAction(action);
        editActions_ << action;
    };
    add("add", tr("Add row"), QKeySequence("Ctrl+Shift+N"), this, &PromptsPane::addRow);
    add("import", tr("Import…"), QKeySequence("Ctrl+I"), this, &PromptsPane::chooseFiles);
    add("duplicate", tr("Duplicate rows"), QKeySequence("Ctrl+D"), table_, &PromptTable::duplicateSelected);
    add("up", tr("Move rows up"), QKeySequence("Alt+Up"), table_, &PromptTable::moveSelectedUp);
    add("down", tr("Move rows down"), QKeySequence("Alt+Down"), table_, &PromptTable::moveSelectedDown);
    add("remove", tr("Delete rows"), QKeySequence("Ctrl+Delete"), table_, &PromptTable::removeSelected);
    add("find", tr("Find…"), QKeySequence::Find, this, &PromptsPane::find);
    add("find", tr("Find and replace…"), QKeySequence("Ctrl+H"), this, &PromptsPane::findAndReplace);

    // Shortcuts of the table only; in the editors below these keys edit text.
    const auto key = [this](const QKeySequence& sequence, auto target, auto slot) {
        auto* action = new QAction(table_);
        action->setShortcut(sequence);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, target, slot);
        table_->addAction(action);
    };
    key(QKeySequence::Delete, table_, &PromptTable::removeSelected);
    key(QKeySequence::Copy, table_, &PromptTable::copySelected);
    key(QKeySequence::Paste, this, &PromptsPane::paste);
}

QToolButton* PromptsPane::buttonFor(QAction* action) const {
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setAccessibleName(action->text());
    button->setAutoRaise(true);
    return button;
}

QWidget* PromptsPane::makeHeader() {
    auto* header = new QWidget;
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    count_ = new QLabel;
    count_->setForegroundRole(QPalette::PlaceholderText);
    for (QAction* action : editActions_.mid(0, 7)) layout->addWidget(buttonFor(action));
    auto* columns = new QToolButton;
    columns->setIcon(icon("columns"));
    columns->setToolTip(tr("Columns"));
    columns->setAccessibleName(tr("Columns"));
    columns->setAutoRaise(true);
    columns->setPopupMode(QToolButton::InstantPopup);
    columns->setMenu(table_->columnsMenu());
    layout->addWidget(columns);
    layout->addStretch(1);
    layout->addWidget(count_);
    return header;
}

QWidget* PromptsPane::makeEmptyPage() {
    auto* page = new QWidget;
    auto* picture = new QLabel;
    picture->setPixmap(iconPixmap("prompts", 48, mutedText(QApplication::palette()), devicePixelRatioF()));
    auto* title = new QLabel(tr("No prompts yet"));
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.3);
    font.setBold(true);
    title->setFont(font);
    auto* hint =
        new QLabel(tr("Type one below, paste a list, or drop a file here: text, CSV, TSV, JSON lines, or PNGs "
                      "with their settings."));
    hint->setWordWrap(true);
    hint->setAlignment(Qt::AlignCenter);
    hint->setContentsMargins(40, 0, 40, 0);
    hint->setForegroundRole(QPalette::PlaceholderText);
    auto* open = new QPushButton(icon("import"), tr("Import a list…"));
    connect(open, &QPushButton::clicked, this, &PromptsPane::chooseFiles);
    auto* pasting = new QPushButton(tr("Paste"));
    connect(pasting, &QPushButton::clicked, this, &PromptsPane::paste);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(open);
    buttons->addWidget(pasting);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(page);
    layout->addStretch();
    layout->addWidget(picture, 0, Qt::AlignHCenter);
    layout->addWidget(title, 0, Qt::AlignHCenter);
    layout->addWidget(hint);
    layout->addSpacing(8);
    layout->addLayout(buttons);
    layout->addStretch();
    return page;
}

QWidget* PromptsPane::makeEditor() {
    prompt_ = new PromptEdit;
    prompt_->setAccessibleName(labelOf("prompt"));
    prompt_->setHint(tr("Type a prompt. Enter begins the next one."));
    negative_ = new PromptEdit;
    negative_->setAccessibleName(labelOf("negative_prompt"));
    negative_->setHint(tr("What the image should not show"));
    tokenCount_ = caption({}, prompt_);
    connect(prompt_, &PromptEdit::edited, this, [this](const QString& text) { editField(promptField, text); });
    connect(negative_, &PromptEdit::edited, this, [this](const QString& text) { editField(negativeField, text); });
    connect(prompt_, &PromptEdit::reweighted, this, [this](const QString& text) { changeField(promptField, text); });
    connect(negative_, &PromptEdit::reweighted, this,
            [this](const QString& text) { changeField(negativeField, text); });
    connect(prompt_, &PromptEdit::entered, this, &PromptsPane::addRow);
    connect(prompt_, &PromptEdit::linesPasted, this, &PromptsPane::insertLines);

    auto* editor = new QWidget;
    auto* layout = new QGridLayout(editor);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setVerticalSpacing(4);
    layout->addWidget(caption(labelOf("prompt"), prompt_), 0, 0);
    layout->addWidget(tokenCount_, 0, 1, Qt::AlignTrailing);
    layout->addWidget(prompt_, 1, 0, 1, 2);
    layout->addWidget(caption(labelOf("negative_prompt"), negative_), 0, 2);
    layout->addWidget(negative_, 1, 2);
    layout->setColumnStretch(0, 2);
    layout->setColumnStretch(2, 1);
    layout->setHorizontalSpacing(10);
    editor->setMinimumHeight(90);
    return editor;
}

void PromptsPane::showRow(int row) {
    const bool exists = row >= 0 && row < model_->rowCount();
    const PromptEntry entry = exists ? model_->entries()[row] : PromptEntry{};
    prompt_->setText(entry.prompt);
    negative_->setText(entry.values.value("negative_prompt"));
    negative_->setEnabled(exists);
    findBar_->setCurrentRow(row);
    for (PromptEdit* edit : {prompt_, negative_}) edit->setEmphasis(model_->emphasis(row));
    showLength(entry.prompt, row);
}

void PromptsPane::showLength(const QString& prompt, int row) {
    const PromptLength length =
        tokens_->length(prompt, model_->emphasis(row), model_->steps(row)).value_or(PromptLength());
    const QString counted = tr("%1 / %2 tokens").arg(length.tokens).arg(length.room);
    const bool isCut = length.cut() > 0;
    tokenCount_->setText(length.room == 0 ? QString() : isCut ? counted + " · " + tr("the end is cut") : counted);
    tokenCount_->setToolTip(isCut ? tr("The model does not read what comes after token %1.").arg(length.room)
                                  : QString());
    tokenCount_->setForegroundRole(isCut ? QPalette::Link : QPalette::PlaceholderText);
}

/// Typing into an empty list adds the first row.
void PromptsPane::editField(int field, const QString& text) {
    const int row = table_->currentRow();
    if (row < 0 || row >= model_->rowCount()) {
        insertEntries({PromptEntry{.prompt = text}}, 0, tr("Add row"));
    } else if (field == promptField) {
        model_->setPrompt(row, text);
    } else {
        changeField(field, text);
    }
}

/// One step to undo.
void PromptsPane::changeField(int field, const QString& text) {
    model_->setData(model_->index(table_->currentRow(), PromptModel::promptColumn + field), text);
}

void PromptsPane::addRow() {
    const int row = model_->rowCount() == 0 ? 0 : table_->currentRow() + 1;
    insertEntries({PromptEntry{}}, row, tr("Add row"));
    prompt_->setFocus();
}

void PromptsPane::addEntry(const PromptEntry& entry) { insertEntries({entry}, -1, tr("Add row")); }

void PromptsPane::insertEntries(std::vector<PromptEntry> entries, int row, const QString& what) {
    const int count = int(entries.size()), at = row < 0 ? model_->rowCount() : std::min(row, model_->rowCount());
    model_->insert(at, std::move(entries), what);
    table_->selectRows(at, count);
}

void PromptsPane::paste() { insertLines(QApplication::clipboard()->text()); }

void PromptsPane::insertLines(const QString& lines) { insertText(lines, {}); }

/// Inserts after the current row, or replaces it if it is empty.
void PromptsPane::insertText(const QString& text, const ColumnChoices& choices) {
    ReadPrompts read = promptsOfText(text, choices);
    if (!read.foreign.empty())
        return askForColumns(std::move(read.foreign),
                             [this, text](const ColumnChoices& chosen) { insertText(text, chosen); });
    report(read, tr("The pasted text could not be read."));
    if (read.entries.empty()) return;
    const int row = table_->currentRow();
    const bool empty = row >= 0 && model_->entries()[row].prompt.isEmpty() && model_->entries()[row].values.isEmpty();
    model_->undoStack()->beginMacro(tr("Paste"));
    if (empty) model_->remove({row});
    insertEntries(std::move(read.entries), row < 0 ? -1 : empty ? row : row + 1, tr("Paste"));
    model_->undoStack()->endMacro();
}

void PromptsPane::chooseFiles() {
    importFiles(QFileDialog::getOpenFileNames(
        this, tr("Import prompts"), {},
        tr("Prompt lists and images (*.txt *.csv *.tsv *.jsonl *.prompts *.png)") + ";;" + tr("All files (*)")));
}

void PromptsPane::importFiles(const QStringList& files, int row) {
    if (!files.isEmpty()) readFiles(files, row, {});
}

void PromptsPane::readFiles(const QStringList& files, int row, const ColumnChoices& choices) {
    inBackground(
        this, [files, choices, model = modelFolder_] { return readPrompts(files, model, choices); },
        [this, files, row](ReadPrompts read) {
            if (!read.foreign.empty())
                return askForColumns(std::move(read.foreign), [this, files, row](const ColumnChoices& chosen) {
                    readFiles(files, row, chosen);
                });
            report(read, tr("%n file(s) could not be read.", nullptr, int(read.problems.size())));
            insertEntries(std::move(read.entries), row, tr("Import"));
        });
}

void PromptsPane::askForColumns(std::vector<ForeignTable> tables,
                                const std::function<void(const ColumnChoices&)>& then) {
    auto* dialog = new ImportDialog(std::move(tables), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [dialog, then] { then(dialog->choices()); });
    dialog->open();
}

/// Several mistakes are details under the sentence `unreadable`.
void PromptsPane::report(const ReadPrompts& read, const QString& unreadable) {
    const QString details = (read.problems + read.notes).join('\n');
    const bool isOne = !details.contains('\n');
    if (!read.problems.isEmpty())
        Q_EMIT problem(isOne ? details : unreadable, isOne ? QString() : details);
    else if (!read.notes.isEmpty())
        Q_EMIT problem(tr("Not everything that the files say has an effect."), details);
}

void PromptsPane::find() { findBar_->open(false); }
void PromptsPane::findAndReplace() { findBar_->open(true); }
void PromptsPane::focusPrompt() { prompt_->setFocus(); }
void PromptsPane::setModelFolder(const QString& folder) {
    modelFolder_ = folder;
    tokens_->setModelFolder(folder);
}
void PromptsPane::setDefaults(const QMap<QString, QString>& defaults, bool sameSeed) {
    model_->setDefaults(defaults, sameSeed);
    updateCounts();
    showRow(table_->currentRow());
}

QByteArray PromptsPane::saveColumns() const { return table_->horizontalHeader()->saveState(); }
int PromptsPane::columnCount() const { return model_->columnCount(); }
void PromptsPane::restoreColumns(const QByteArray& state, int known) {
    if (!table_->horizontalHeader()->restoreState(state)) return;
    for (int column = known; column < columnCount(); ++column) table_->setColumnHidden(column, true);
}

void PromptsPane::updateCounts() {
    const int rows = model_->rowCount();
    count_->setText(rows == 0 ? QString() : tr("%n prompt(s)", nullptr, rows));
    pages_->setCurrentIndex(rows == 0 ? 1 : 0);
}

void PromptsPane::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void PromptsPane::dropEvent(QDropEvent* event) {
    QStringList files;
    for (const QUrl& url : event->mimeData()->urls()) files << url.toLocalFile();
    importFiles(files);
    event->acceptProposedAction();
}

}  // namespace fanlight::ui

#include "moc_prompts_pane.cpp"
