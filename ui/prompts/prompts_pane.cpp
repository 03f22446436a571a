#include "ui/prompts/prompts_pane.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

#include "ui/models/background.h"
#include "ui/models/parameter_labels.h"
#include "ui/models/styles_here.h"
#include "ui/prompts/find_bar.h"
#include "ui/prompts/import_dialog.h"
#include "ui/prompts/prompt_edit.h"
#include "ui/prompts/prompt_file.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/row_clipboard.h"
#include "ui/prompts/selection_edit.h"
#include "ui/prompts/shown_rows.h"
#include "ui/prompts/token_counter.h"
#include "ui/style/elided_label.h"
#include "ui/style/icons.h"
#include "ui/style/palette.h"
#include "ui/style/pane_bar.h"

namespace fanlight::ui {

namespace {

constexpr int promptField = 0, negativeField = 1;

QLabel* caption(const QString& text, QWidget* buddy) {
    auto* label = new QLabel(text);
    label->setBuddy(buddy);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

/// On this machine.
QStringList filesOf(const QList<QUrl>& urls) {
    QStringList files;
    for (const QUrl& url : urls)
        if (url.isLocalFile()) files << url.toLocalFile();
    return files;
}

}  // namespace

PromptsPane::PromptsPane(QWidget* parent)
    : QWidget(parent),
      model_(new PromptModel(this)),
      table_(new PromptTable(model_)),
      tokens_(new TokenCounter(this)),
      findBar_(new FindBar(model_, table_)),
      pages_(new QStackedWidget),
      selection_(new SelectionEdit(model_, table_)) {
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
    splitter->setSizes({500, 130});
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
    connect(model_, &PromptModel::filesDropped, this,
            [this](const QList<QUrl>& urls, int row) { importFiles(filesOf(urls), row); });
    connect(selection_, &SelectionEdit::problem, this,
            [this](const QString& sentence) { Q_EMIT problem(sentence, {}); });
    connect(table_, &PromptTable::columnsChanged, this, &PromptsPane::markHiddenColumns);
    connect(findBar_, &FindBar::found, table_, &PromptTable::goTo);
    connect(findBar_, &FindBar::closed, this, [this] {
        findBar_->hide();
        table_->setFocus();
    });
    connect(tokens_, &TokenCounter::changed, this, [this] { showRow(table_->currentRow()); });
    updateCounts();
    showRow(-1);
    loadStyles();
}

QAction* PromptsPane::makeAction(const QString& iconName, const QString& text, const QKeySequence& key) {
    auto* action = new QAction(text, this);
    if (!iconName.isEmpty()) action->setIcon(icon(iconName));
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);  // fields of text take their own keys first
    action->setToolTip(key.isEmpty() ? text : text + " (" + key.toString(QKeySequence::NativeText) + ")");
    addAction(action);
    return action;
}

void PromptsPane::makeActions() {
    const auto add = [this](const QString& iconName, const QString& text, const QKeySequence& key, auto slot) {
        QAction* action = makeAction(iconName, text, key);
        connect(action, &QAction::triggered, this, slot);
        return action;
    };
    const auto separator = [this] {
        auto* line = new QAction(this);
        line->setSeparator(true);
        return line;
    };
    QAction* row = add("add", tr("Add row"), QKeySequence("Ctrl+Shift+N"), &PromptsPane::addRow);
    QAction* import = add("import", tr("Import…"), QKeySequence("Ctrl+I"), &PromptsPane::chooseFiles);
    QAction* paste = add({}, tr("Paste"), QKeySequence::Paste, &PromptsPane::paste);
    QAction* find = add("find", tr("Find…"), QKeySequence::Find, &PromptsPane::find);
    QAction* replace = add("find", tr("Find and replace…"), QKeySequence("Ctrl+H"), &PromptsPane::findAndReplace);
    QList<QAction*> rows = makeRowActions();
    toolActions_ = QList<QAction*>{row, import} + rows.mid(2) + QList<QAction*>{find};
    rows.insert(2, paste);  // behind cutting and copying
    const QList<QAction*> values = makeValueActions();
    QAction* seeds = makeAction({}, tr("Renumber seeds"), {});
    connect(seeds, &QAction::triggered, model_, &PromptModel::numberSeeds);
    editActions_ = QList<QAction*>{row, import, separator()} + rows + QList<QAction*>{separator()} + values +
                   QList<QAction*>{seeds, separator(), find, replace};
    table_->addActions(rows + QList<QAction*>{separator()} + values);

    // Keys of the table only.
    const auto key = [this](Qt::Key pressed, auto target, auto slot) {
        auto* shortcut = new QShortcut(pressed, table_);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, target, slot);
    };
    key(Qt::Key_Delete, table_, &PromptTable::removeSelected);
    key(Qt::Key_Backspace, selection_, &SelectionEdit::clear);
}

QList<QAction*> PromptsPane::makeRowActions() {
    const auto add = [this](const QString& iconName, const QString& text, const QKeySequence& key,
                            void (PromptTable::*slot)()) {
        QAction* action = makeAction(iconName, text, key);
        connect(action, &QAction::triggered, table_, slot);
        return action;
    };
    return {add({}, tr("Cut rows"), QKeySequence::Cut, &PromptTable::cutSelected),
            add({}, tr("Copy rows"), QKeySequence::Copy, &PromptTable::copySelected),
            add("duplicate", tr("Duplicate rows"), QKeySequence("Ctrl+D"), &PromptTable::duplicateSelected),
            add("up", tr("Move rows up"), QKeySequence("Alt+Up"), &PromptTable::moveSelectedUp),
            add("down", tr("Move rows down"), QKeySequence("Alt+Down"), &PromptTable::moveSelectedDown),
            add("remove", tr("Delete rows"), QKeySequence("Ctrl+Delete"), &PromptTable::removeSelected)};
}

/// They name the column of the current cell, in which they act.
QList<QAction*> PromptsPane::makeValueActions() {
    QList<QAction*> actions;
    const auto add = [&](const QKeySequence& key, auto slot) {
        actions << makeAction({}, {}, key);
        connect(actions.last(), &QAction::triggered, selection_, slot);
    };
    add(QKeySequence("Ctrl+E"), &SelectionEdit::askForValue);
    add(QKeySequence("Ctrl+Shift+C"), &SelectionEdit::copyValues);
    add(QKeySequence("Ctrl+Shift+V"), &SelectionEdit::pasteValues);
    add(QKeySequence("Ctrl+Shift+D"), &SelectionEdit::fillDown);
    add({}, &SelectionEdit::clear);
    add({}, &SelectionEdit::setEmptyText);
    const auto name = [this, actions](int column) {
        const QString title = titleOf(PromptModel::fieldOf(column));
        const QString texts[] = {tr("Set a value in the selected rows…"),
                                 tr("Copy values: %1").arg(title),
                                 tr("Paste values: %1").arg(title),
                                 tr("Fill down: %1").arg(title),
                                 tr("Clear: %1").arg(title),
                                 tr("Empty text: %1").arg(title)};
        actions.last()->setVisible(takesEmptyText(PromptModel::fieldOf(column)));
        for (qsizetype i = 0; i < actions.size(); ++i) actions[i]->setText(texts[i]);
    };
    connect(table_, &PromptTable::currentColumnChanged, this, name);
    name(PromptModel::promptColumn);
    return actions;
}

QWidget* PromptsPane::makeHeader() {
    auto* header = new QWidget;
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    count_ = new ElidedLabel;
    count_->setAlignment(Qt::AlignTrailing | Qt::AlignVCenter);
    count_->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new PaneBar(tr("Prompts"));
    bar->addActions(toolActions_);
    columns_ = menuButton("columns", tr("Columns"), table_->columnsMenu());
    filter_ = menuButton("filter", tr("Rows to show"), makeFilter());
    bar->addWidget(columns_);
    bar->addWidget(filter_);
    layout->addWidget(bar);
    layout->addWidget(count_, 1);
    return header;
}

QToolButton* PromptsPane::menuButton(const QString& iconName, const QString& text, QMenu* menu) const {
    auto* button = new QToolButton;
    button->setIcon(icon(iconName));
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setAutoRaise(true);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setMenu(menu);
    return button;
}

/// By state, with the number of rows in each.
QMenu* PromptsPane::makeFilter() {
    auto* menu = new QMenu(this);
    auto* group = new QActionGroup(menu);
    const auto add = [&](const QString& text, std::optional<RowStage> stage) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, stage] { table_->shown()->setStage(stage); });
        connect(menu, &QMenu::aboutToShow, action, [this, action, text, stage] {
            const auto& entries = model_->entries();
            const auto isMeant = [&](const PromptEntry& entry) { return !stage || model_->stage(entry.id) == *stage; };
            const auto rows = std::count_if(entries.begin(), entries.end(), isMeant);
            action->setText(QString("%1 (%2)").arg(text, QLocale().toString(qint64(rows))));
            action->setChecked(table_->shown()->stage() == stage);
        });
        connect(table_->shown(), &ShownRows::arranged, action, [this, text, stage] {
            if (table_->shown()->stage() == stage) filter_->setText(stage ? text : QString());
        });
    };
    add(tr("All rows"), std::nullopt);
    menu->addSeparator();
    add(tr("Failed"), RowStage::Failed);
    add(tr("In progress"), RowStage::Working);
    add(tr("Waiting"), RowStage::Pending);
    add(tr("Done"), RowStage::Done);
    add(tr("In no run"), RowStage::Idle);
    connect(table_->shown(), &ShownRows::arranged, this, &PromptsPane::updateCounts);
    return menu;
}

/// Else a value that nobody sees would have its effect.
void PromptsPane::markHiddenColumns() {
    QStringList titles;
    for (const int column : table_->hiddenColumnsWithValues()) titles << titleOf(PromptModel::fieldOf(column));
    columns_->setText(titles.isEmpty() ? QString() : QLocale().toString(titles.size()));
    columns_->setToolTip(titles.isEmpty()
                             ? tr("Columns")
                             : tr("Columns; rows set hidden ones: %1").arg(QLocale().createSeparatedList(titles)));
    columns_->setAccessibleDescription(titles.isEmpty() ? QString() : columns_->toolTip());
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
    prompt_->setHint(tr("Type a prompt. Enter starts the next one."));
    negative_ = new PromptEdit;
    for (PromptEdit* edit : {prompt_, negative_}) edit->offerNames(table_->names());
    negative_->setAccessibleName(labelOf("negative_prompt"));
    emptyNegative_ = new QCheckBox(tr("Empty text"));
    emptyNegative_->setToolTip(tr("An empty text in place of the parameters' negative prompt, or of none"));
    connect(emptyNegative_, &QCheckBox::clicked, this, &PromptsPane::setEmptyNegative);
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
    negativeCaption_ = caption(labelOf("negative_prompt"), negative_);
    layout->addWidget(negativeCaption_, 0, 2);
    layout->addWidget(emptyNegative_, 0, 3, Qt::AlignTrailing);
    layout->addWidget(negative_, 1, 2, 1, 2);
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
    showEmptyNegative(entry);
    showNegative(entry);
    findBar_->setCurrentRow(row);
    for (PromptEdit* edit : {prompt_, negative_}) edit->setReading(model_->reading(row));
    showLength(entry.prompt, row);
}

/// A model without negative prompts has no editor for them, unless the row's own is another one or it has one all the
/// same, which a run refuses.
void PromptsPane::showNegative(const PromptEntry& entry) {
    const bool isTaken = tokens_->takesNegative() || entry.values.contains("model");
    const bool isShown = isTaken || entry.values.contains("negative_prompt") || negative_->hasFocus();
    for (QWidget* part : {negativeCaption_, static_cast<QWidget*>(emptyNegative_), static_cast<QWidget*>(negative_)})
        part->setVisible(isShown);
    static_cast<QGridLayout*>(negative_->parentWidget()->layout())->setColumnStretch(2, isShown ? 1 : 0);
}

void PromptsPane::showLength(const QString& prompt, int row) {
    const QString whole = model_->wholePrompts(row).prompt;
    const PromptLength length =
        tokens_->length(whole, model_->reading(row), model_->steps(row)).value_or(PromptLength());
    const QString counted = tr("%1 / %2 tokens").arg(length.tokens).arg(length.room);
    const bool isCut = length.cut() > 0;
    tokenCount_->setText(length.room == 0 ? QString() : isCut ? counted + " · " + tr("the end is cut") : counted);
    QStringList notes;
    if (isCut) notes << tr("The model reads only up to token %1.").arg(length.room);
    if (!whole.isEmpty() && whole != prompt) notes << tr("Counted with the text before and after every prompt.");
    tokenCount_->setToolTip(notes.join('\n'));
    tokenCount_->setForegroundRole(isCut ? QPalette::Link : QPalette::PlaceholderText);
}

/// Typing while there is no row to type into adds one.
void PromptsPane::editField(int field, const QString& text) {
    const int row = table_->currentRow();
    if (row < 0 || row >= model_->rowCount()) {
        insertEntries({PromptEntry{.prompt = text}}, -1, tr("Add row"));
    } else if (field == promptField) {
        model_->setPrompt(row, text);
    } else {
        changeField(field, text);
    }
}

void PromptsPane::showEmptyNegative(const PromptEntry& entry) {
    const bool isEmpty = model_->showsEmptyText(entry, promptFields()[negativeField]) ||
                         isEmptyText(entry, promptFields()[negativeField]);
    emptyNegative_->setChecked(isEmpty);
    emptyNegative_->setEnabled(negative_->isEnabled() && entry.values.value("negative_prompt").isEmpty());
    negative_->setHint(isEmpty ? tr("An empty text") : tr("What the image should not show"));
}

void PromptsPane::setEmptyNegative(bool isEmpty) {
    if (!isEmpty) return changeField(negativeField, {});
    model_->change({table_->currentRow()}, tr("Change %1").arg(labelOf("negative_prompt")),
                   [](PromptEntry& entry, int) { setEmptyText(entry, promptFields()[negativeField]); });
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

/// Rows, a text that means some, or files.
void PromptsPane::paste() {
    const QMimeData* data = QApplication::clipboard()->mimeData();
    const QStringList files = data ? filesOf(data->urls()) : QStringList();
    if (!files.isEmpty())
        importFiles(files, table_->currentRow() < 0 ? -1 : table_->currentRow() + 1);
    else if (data)
        insertRead(rowsOfClipboard(*data), data->text());
}

void PromptsPane::insertLines(const QString& lines) { insertRead(promptsOfText(lines), lines); }

/// Inserts after the current row, or replaces it if it is empty. `text` is what was read, in case that somebody must
/// explain it.
void PromptsPane::insertRead(ReadPrompts read, const QString& text) {
    if (!read.foreign.empty())
        return askForColumns(std::move(read.foreign), [this, text](const ColumnChoices& chosen) {
            insertRead(promptsOfText(text, chosen), text);
        });
    const QString unreadable = tr("The pasted text could not be read.");
    if (read.entries.empty()) return report(read, unreadable);
    const int row = table_->currentRow();
    const bool empty = row >= 0 && model_->entries()[row].prompt.isEmpty() && model_->entries()[row].values.isEmpty();
    model_->undoStack()->beginMacro(tr("Paste"));
    if (empty) model_->remove({row});
    insertEntries(std::exchange(read.entries, {}), row < 0 ? -1 : empty ? row : row + 1, tr("Paste"));
    model_->undoStack()->endMacro();
    report(read, unreadable);
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
            insertEntries(std::exchange(read.entries, {}), row, tr("Import"));
            report(read, tr("%n file(s) could not be read.", nullptr, int(read.problems.size())));
        });
}

void PromptsPane::askForColumns(std::vector<ForeignTable> tables,
                                const std::function<void(const ColumnChoices&)>& then) {
    auto* dialog = new ImportDialog(std::move(tables), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [dialog, then] { then(dialog->choices()); });
    dialog->open();
}

/// Several mistakes are details under the sentence `unreadable`. To be called when the rows are there: a change of the
/// list settles what has been said of it.
void PromptsPane::report(const ReadPrompts& read, const QString& unreadable) {
    const QString details = (read.problems + read.notes).join('\n');
    const bool isOne = !details.contains('\n');
    if (!read.problems.isEmpty())
        Q_EMIT problem(isOne ? details : unreadable, isOne ? QString() : details);
    else if (!read.notes.isEmpty())
        Q_EMIT problem(tr("Some settings in the files have no effect."), details);
}

void PromptsPane::find() { findBar_->open(false); }
void PromptsPane::findAndReplace() { findBar_->open(true); }
void PromptsPane::focusPrompt() { prompt_->setFocus(); }
void PromptsPane::setModelFolder(const QString& folder) {
    modelFolder_ = folder;
    tokens_->setModelFolder(folder);
}
void PromptsPane::setDefaults(const QMap<QString, QString>& defaults, bool sameSeed, const Affixes& affixes) {
    const bool areOtherStyles = defaults.value("styles") != model_->defaults().value("styles");
    model_->setDefaults(defaults, sameSeed, affixes);
    if (areOtherStyles) loadStyles();  // their file may be new
    updateCounts();
    showRow(table_->currentRow());
}

void PromptsPane::loadStyles() {
    inBackground(this, stylesHere, [this](Styles styles) {
        model_->setStyles(std::move(styles));
        showRow(table_->currentRow());
    });
}

QByteArray PromptsPane::saveColumns() const { return table_->saveColumns(); }
int PromptsPane::columnCount() const { return model_->columnCount(); }
void PromptsPane::restoreColumns(const QByteArray& state, int known) { table_->restoreColumns(state, known); }

void PromptsPane::updateCounts() {
    const int rows = model_->rowCount(), shown = table_->shown()->rowCount();
    const QString all = rows == 0 ? QString() : tr("%n prompt(s)", nullptr, rows);
    count_->setText(shown == rows ? all : tr("%1 of %2").arg(QLocale().toString(shown), all));
    markHiddenColumns();
    pages_->setCurrentIndex(rows == 0 ? 1 : 0);
}

void PromptsPane::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void PromptsPane::dropEvent(QDropEvent* event) {
    importFiles(filesOf(event->mimeData()->urls()));
    event->acceptProposedAction();
}

}  // namespace fanlight::ui

#include "moc_prompts_pane.cpp"
