#include "ui/results/results_pane.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QMimeData>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <numeric>

#include "core/output/export_results.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/item_states.h"
#include "ui/models/sentence.h"
#include "ui/results/answer_view.h"
#include "ui/results/result_delegate.h"
#include "ui/results/result_filter.h"
#include "ui/results/result_model.h"
#include "ui/results/result_texts.h"
#include "ui/style/elided_label.h"
#include "ui/style/icons.h"
#include "ui/style/style.h"

namespace fanlight::ui {

namespace {

constexpr int typingMs = 150;
constexpr int iconSize = 16;
constexpr int linesPerRow = 2;
enum Choice { WholeRun, Shown, Chosen };

struct Exported {
    size_t rows = 0;
    QString problem;
};

Exported exportRows(const QString& folder, const RunPlan& plan, const std::vector<int64_t>& items,
                    const QString& file) {
    try {
        return {export_results(folder.toStdString(), plan.items, items, file.toStdString()), {}};
    } catch (const std::exception& error) {
        return {0, said(error)};
    }
}

}  // namespace

ResultsPane::ResultsPane(QWidget* parent)
    : QWidget(parent),
      results_(new ResultModel(this)),
      shown_(new ResultFilter(results_, this)),
      search_(new QLineEdit),
      states_(new QComboBox),
      table_(new QTableView),
      answer_(new AnswerView),
      message_(new QLabel),
      count_(new ElidedLabel) {
    setAcceptDrops(true);
    makeTable();
    auto* parts = new QSplitter(Qt::Vertical);
    parts->addWidget(table_);
    parts->addWidget(answer_);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    parts->setChildrenCollapsible(false);
    message_->setAccessibleName(tr("Message"));
    message_->setWordWrap(true);
    message_->setMargin(8);
    message_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeFilters());
    layout->addWidget(message_);
    layout->addWidget(parts, 1);
    layout->addWidget(makeFooter());
    showChosen();
    showCounts();
}

void ResultsPane::makeTable() {
    table_->setModel(shown_);
    table_->setItemDelegate(new ResultDelegate(table_));
    table_->setAccessibleName(tr("Prompts and answers"));
    table_->setIconSize({iconSize, iconSize});
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setContextMenuPolicy(Qt::ActionsContextMenu);
    frameOnFocus(table_);
    table_->setShowGrid(false);
    table_->setAlternatingRowColors(true);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setDefaultSectionSize(linesPerRow * fontMetrics().lineSpacing() + 8);
    QHeaderView* header = table_->horizontalHeader();
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    header->setSectionResizeMode(ResultModel::Prompt, QHeaderView::Stretch);
    header->setSectionResizeMode(ResultModel::Answered, QHeaderView::Stretch);
    const int letter = fontMetrics().averageCharWidth();
    table_->setColumnWidth(ResultModel::Number, iconSize + 9 * letter);
    table_->setColumnWidth(ResultModel::Note, 14 * letter);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ResultsPane::showCounts);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ResultsPane::showChosen);
    connect(shown_, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& first, const QModelIndex& last) {
        const int current = table_->currentIndex().row();
        if (first.row() <= current && current <= last.row()) showChosen();
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(shown_, signal, this, &ResultsPane::showCounts);
    connect(shown_, &QAbstractItemModel::modelReset, this, &ResultsPane::showCounts);
}

QWidget* ResultsPane::makeFilters() {
    search_->setPlaceholderText(tr("Search prompts and answers"));
    search_->setAccessibleName(tr("Search"));
    search_->setClearButtonEnabled(true);
    search_->addAction(icon("find"), QLineEdit::LeadingPosition);
    states_->setAccessibleName(tr("Texts to show"));
    states_->addItem(tr("All texts"));
    for (const ItemState state : {ItemState::Done, ItemState::Failed, ItemState::Pending})
        states_->addItem(itemStateText(state), static_cast<int>(state));
    typing_.setSingleShot(true);
    typing_.setInterval(typingMs);
    connect(search_, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
    connect(&typing_, &QTimer::timeout, this, [this] { shown_->setWords(search_->text().trimmed()); });
    connect(states_, &QComboBox::currentIndexChanged, this, [this] {
        const QVariant state = states_->currentData();
        shown_->setState(state.isValid() ? std::optional(static_cast<ItemState>(state.toInt())) : std::nullopt);
    });
    auto* find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QAction::triggered, search_, [this] {
        search_->setFocus(Qt::ShortcutFocusReason);
        search_->selectAll();
    });
    QWidget::addAction(find);
    auto* filters = new QWidget;
    auto* row = new QHBoxLayout(filters);
    row->setContentsMargins(8, 8, 8, 6);
    row->setSpacing(6);
    row->addWidget(search_, 1);
    row->addWidget(states_);
    return filters;
}

QWidget* ResultsPane::makeFooter() {
    auto* footer = new QWidget;
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(4);
    row->addWidget(count_, 1);
    const auto addButton = [row](QAction* action) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setAccessibleName(action->text());
        row->addWidget(button);
        return button;
    };
    addButton(addAction("duplicate", tr("Copy the answers"), "Ctrl+C", &ResultsPane::copyAnswers));
    addButton(addAction("columns", tr("Copy prompts and answers"), "Ctrl+Shift+C", &ResultsPane::copyPrompts));
    auto* menu = new QMenu(this);
    menu->addAction(tr("The whole run…"), this, [this] { askExport(WholeRun); });
    menu->addAction(tr("Shown rows…"), this, [this] { askExport(Shown); });
    menu->addAction(tr("Selected rows…"), this, [this] { askExport(Chosen); });
    auto* exporting = new QAction(icon("export"), tr("Export"), this);
    exporting->setMenu(menu);
    actions_ << exporting;
    addButton(exporting)->setPopupMode(QToolButton::InstantPopup);
    return footer;
}

QAction* ResultsPane::addAction(const QString& iconName, const QString& text, const QString& key,
                                void (ResultsPane::*act)() const) {
    auto* action = new QAction(icon(iconName), text, this);
    action->setShortcut(QKeySequence(key));
    action->setShortcutContext(Qt::WidgetShortcut);  // the text below has a Ctrl+C of its own
    action->setToolTip(text + " (" + action->shortcut().toString(QKeySequence::NativeText) + ")");
    connect(action, &QAction::triggered, this, [this, act] { (this->*act)(); });
    table_->addAction(action);
    actions_ << action;
    return action;
}

// The run

void ResultsPane::showRun(const QString& folder) {
    if (folder != folder_) early_.clear();
    folder_ = folder;
    reading_ = true;
    inBackground(
        this, [folder] { return readAnswers(folder); },
        [this, read = ++reads_](RunAnswers run) {
            if (read == reads_) take(std::move(run));  // else another run was chosen meanwhile
        });
}

void ResultsPane::take(RunAnswers run) {
    reading_ = false;
    showMessage(run.problem);
    const bool another = run.folder != results_->folder();
    results_->setRun(std::move(run));
    results_->setAnswers(std::exchange(early_, {}));
    if (another && shown_->rowCount() > 0)
        table_->selectionModel()->setCurrentIndex(shown_->index(0, ResultModel::Prompt),
                                                  QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    showChosen();
    showCounts();
    Q_EMIT loaded(folder_);
}

void ResultsPane::setAnswers(const std::vector<ItemAnswer>& changed) {
    if (reading_) early_.insert(early_.end(), changed.begin(), changed.end());
    if (results_->folder() == folder_) results_->setAnswers(changed);
}

void ResultsPane::showMessage(const QString& sentence) {
    message_->setText(sentence);
    message_->setVisible(!sentence.isEmpty());
}

void ResultsPane::showCounts() {
    const int all = results_->rowCount(), shown = shown_->rowCount();
    const int chosen = chosenCount();
    QString text = tr("%L1 text(s)", nullptr, all).arg(all);
    if (shown_->isNarrowed()) text = tr("%L1 of %2").arg(shown).arg(text);
    if (chosen > 1) text = tr("%1, %L2 selected").arg(text).arg(chosen);
    count_->setText(text);
    for (QAction* action : actions_) action->setEnabled(all > 0);
}

void ResultsPane::showChosen() {
    const QModelIndex current = table_->currentIndex();
    if (current.isValid() && results_->plan()) {
        const int item = shown_->item(current.row());
        return answer_->showAnswer(results_->task(item), results_->answer(item));
    }
    answer_->showHint(
        results_->rowCount() > 0
            ? tr("Select a row to read its whole answer.")
            : tr("Select a text run in the queue, or drop its folder here; answers appear as they arrive."));
}

// What is done with it

int ResultsPane::chosenCount() const {
    int count = 0;
    for (const QItemSelectionRange& range : table_->selectionModel()->selection()) count += range.height();
    return count;
}

std::vector<int> ResultsPane::chosenItems() const {
    std::vector<int> items;
    for (const QItemSelectionRange& range : table_->selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row) items.push_back(shown_->item(row));
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
}

std::vector<int64_t> ResultsPane::itemsFor(int choice) const {
    std::vector<int64_t> items;
    if (choice == Chosen) {
        const std::vector<int> chosen = chosenItems();
        items.assign(chosen.begin(), chosen.end());
    } else if (choice == WholeRun) {
        items.resize(static_cast<size_t>(results_->rowCount()));
        std::iota(items.begin(), items.end(), 0);
    } else {
        for (int row = 0; row < shown_->rowCount(); ++row) items.push_back(shown_->item(row));
    }
    return items;
}

void ResultsPane::copy(const std::function<QString(int item)>& line) const {
    QStringList lines;
    for (const int64_t item : itemsFor(chosenCount() == 0 ? Shown : Chosen)) lines << line(static_cast<int>(item));
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

void ResultsPane::copyAnswers() const {
    copy([this](int item) { return results_->answerText(item); });
}

void ResultsPane::copyPrompts() const {
    copy(
        [this](int item) { return tsvCell(results_->promptText(item)) + u'\t' + tsvCell(results_->answerText(item)); });
}

void ResultsPane::askExport(int choice) {
    const QString suggested = QDir::homePath() + u'/' + QFileInfo(folder_).baseName() + ".csv";
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Export as"), suggested, tr("Tables (*.csv);;JSON lines (*.jsonl)"));
    if (!file.isEmpty()) exportTo(file, itemsFor(choice));
}

void ResultsPane::exportTo(const QString& file, const std::vector<int64_t>& items) {
    if (!results_->plan()) return;
    inBackground(
        this,
        [folder = results_->folder(), plan = results_->plan(), items, file] {
            return exportRows(folder, *plan, items, file);
        },
        [this, file](const Exported& done) {
            const QString name = isolated(QDir::toNativeSeparators(file));
            showMessage(done.problem.isEmpty()
                            ? tr("%n row(s) written to %1.", nullptr, static_cast<int>(done.rows)).arg(name)
                            : done.problem);
            Q_EMIT exported(done.problem);
        });
}

void ResultsPane::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->source() && event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void ResultsPane::dropEvent(QDropEvent* event) {
    for (const QUrl& url : event->mimeData()->urls()) Q_EMIT folderDropped(url.toLocalFile());
}

}  // namespace fanlight::ui

#include "moc_results_pane.cpp"
