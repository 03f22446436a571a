#include "ui/queue/queue_pane.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QKeySequence>
#include <QLabel>
#include <QProgressBar>
#include <QSet>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <climits>

#include "ui/models/duration.h"
#include "ui/models/item_states.h"
#include "ui/models/task_words.h"
#include "ui/queue/item_model.h"
#include "ui/queue/log_window.h"
#include "ui/queue/queue_time.h"
#include "ui/queue/run_model.h"
#include "ui/style/icons.h"
#include "ui/style/pane_bar.h"

namespace fanlight::ui {

namespace {

constexpr int iconSize = 16;
constexpr int progressSteps = 1000;
constexpr int progressHeight = 6, sideBySideWidth = 560;  // pixels

QTableView* makeTable(QAbstractItemModel* model, const QString& name, int wideColumn) {
    auto* table = new QTableView;
    table->setModel(model);
    table->setAccessibleName(name);
    table->setIconSize({iconSize, iconSize});
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setContextMenuPolicy(Qt::ActionsContextMenu);
    table->setWordWrap(false);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 10);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    table->horizontalHeader()->setSectionResizeMode(wideColumn, QHeaderView::Stretch);
    return table;
}

}  // namespace

QueuePane::QueuePane(RunBridge* bridge, QWidget* parent)
    : QWidget(parent),
      bridge_(bridge),
      runs_(new RunModel(bridge, this)),
      items_(new ItemModel(bridge, this)),
      pages_(new QStackedWidget),
      parts_(new QSplitter(Qt::Vertical)) {
    auto* empty = new QLabel(tr("No runs yet.\nPress Generate to start one."));
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    empty->setForegroundRole(QPalette::PlaceholderText);
    parts_->addWidget(makeRuns());
    parts_->addWidget(makeItems());
    parts_->setStretchFactor(0, 4);
    parts_->setStretchFactor(1, 5);
    parts_->setChildrenCollapsible(false);
    pages_->addWidget(empty);
    pages_->addWidget(parts_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(pages_);

    connect(runTable_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueuePane::selectRun);
    connect(itemTable_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueuePane::enableActions);
    connect(bridge, &RunBridge::runsChanged, this, &QueuePane::refresh);
    connect(bridge, &RunBridge::runChanged, this, &QueuePane::refresh);
    refresh();
}

void QueuePane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    parts_->setOrientation(width() < sideBySideWidth ? Qt::Vertical : Qt::Horizontal);
}

QWidget* QueuePane::makeRuns() {
    progressText_ = new QLabel;
    progressText_->setAccessibleName(tr("Progress"));
    progress_ = new QProgressBar;
    progress_->setAccessibleName(tr("Progress of the run"));
    progress_->setRange(0, progressSteps);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(progressHeight);
    runTable_ = makeTable(runs_, tr("Runs"), RunModel::Name);
    runTable_->setSelectionMode(QAbstractItemView::SingleSelection);
    queueText_ = new QLabel;
    queueText_->setAccessibleName(tr("The whole queue"));
    queueText_->setForegroundRole(QPalette::PlaceholderText);
    runTable_->horizontalHeader()->setSectionResizeMode(RunModel::State, QHeaderView::ResizeToContents);
    runTable_->horizontalHeader()->setSectionResizeMode(RunModel::Done, QHeaderView::ResizeToContents);
    runTable_->horizontalHeader()->setSectionResizeMode(RunModel::Left, QHeaderView::ResizeToContents);
    auto* bar = new PaneBar(tr("Run"));
    addRunActions(bar);

    auto* runs = new QWidget;
    auto* layout = new QVBoxLayout(runs);
    layout->setContentsMargins(8, 4, 4, 8);
    layout->setSpacing(6);
    layout->addWidget(bar);
    layout->addWidget(runTable_, 1);
    layout->addWidget(progress_);
    layout->addWidget(progressText_);
    layout->addWidget(queueText_);
    return runs;
}

QWidget* QueuePane::makeItems() {
    itemTable_ = makeTable(items_, wordsOf("").ofRun(), ItemModel::Prompt);
    itemTable_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    itemTable_->horizontalHeader()->setSectionResizeMode(ItemModel::Detail, QHeaderView::Stretch);
    filter_ = new QComboBox;
    filter_->setAccessibleName(tr("Items to show"));
    filter_->addItem(wordsOf("").all());
    int stateWidth = 0;
    for (const ItemState state :
         {ItemState::Pending, ItemState::Working, ItemState::Done, ItemState::Failed, ItemState::Cancelled}) {
        filter_->addItem(itemStateText(state), static_cast<int>(state));
        stateWidth = std::max(stateWidth, fontMetrics().horizontalAdvance(itemStateText(state)));
    }
    const int letter = fontMetrics().averageCharWidth();
    itemTable_->setColumnWidth(ItemModel::State, stateWidth + iconSize + 4 * letter);
    for (const int column : {ItemModel::Number, ItemModel::Seed}) itemTable_->setColumnWidth(column, 8 * letter);
    connect(filter_, &QComboBox::currentIndexChanged, this, [this] {
        const QVariant state = filter_->currentData();
        items_->setFilter(state.isValid() ? std::optional(static_cast<ItemState>(state.toInt())) : std::nullopt);
    });
    auto* bar = new PaneBar(tr("Items"));
    bar->addWidget(filter_);
    bar->addSeparator();
    addItemActions(bar);

    auto* items = new QWidget;
    auto* layout = new QVBoxLayout(items);
    layout->setContentsMargins(4, 4, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(bar);
    layout->addWidget(itemTable_, 1);
    return items;
}

QAction* QueuePane::addAction(QToolBar* bar, const QString& iconName, const QString& text, const QKeySequence& key,
                              std::function<void()> act) {
    auto* action = new QAction(icon(iconName), text, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(key.isEmpty() ? text : text + " (" + key.toString(QKeySequence::NativeText) + ")");
    connect(action, &QAction::triggered, this, std::move(act));
    bar->addAction(action);
    return action;
}

void QueuePane::addRunActions(QToolBar* bar) {
    const auto selected = [this] { return selectedRun(); };
    pause_ = addAction(bar, "pause", tr("Pause"), {}, [this] { pauseOrResume(); });
    cancel_ = addAction(bar, "cancel", tr("Cancel the run"), {}, [=, this] { bridge_->cancel(selected()); });
    cancelAll_ = addAction(bar, "close", tr("Cancel all runs"), {}, [this] { bridge_->cancelAll(); });
    retry_ = addAction(bar, "reuse", tr("Make missing items"), {}, [=, this] { bridge_->retry(selected()); });
    remake_ = addAction(bar, "undo", tr("Remake images in the trash"), {}, [=, this] {
        if (const RunState* run = bridge_->run(selected())) Q_EMIT remakeCulled(QString::fromStdString(run->folder()));
    });
    bar->removeAction(remake_);  // rarely wanted: in the table's menu alone
    bar->addSeparator();
    front_ = addAction(bar, "previous", tr("To the front"), QKeySequence("Ctrl+Home"), [this] { moveRun(INT_MIN); });
    up_ = addAction(bar, "up", tr("Earlier"), QKeySequence("Ctrl+Up"), [this] { moveRun(-1); });
    down_ = addAction(bar, "down", tr("Later"), QKeySequence("Ctrl+Down"), [this] { moveRun(1); });
    bar->addSeparator();
    folder_ = addAction(bar, "open", tr("Open the folder"), {}, [=, this] {
        if (const RunState* run = bridge_->run(selected())) Q_EMIT openFolder(QString::fromStdString(run->folder()));
    });
    log_ = addAction(bar, "prompts", tr("Log"), QKeySequence("Ctrl+L"), [this] { showLog(); });
    remove_ = addAction(bar, "remove", tr("Remove from the list"), {}, [=, this] { bridge_->remove(selected()); });
    rename_ = new QAction(tr("Rename"), this);
    rename_->setShortcut(Qt::Key_F2);
    rename_->setShortcutContext(Qt::WidgetShortcut);  // of the table of runs
    connect(rename_, &QAction::triggered, this, &QueuePane::rename);
    runActions_ = {pause_, cancel_, cancelAll_, retry_, remake_, front_, up_, down_, rename_, log_, folder_, remove_};
    runTable_->addActions(runActions_);
}

void QueuePane::addItemActions(QToolBar* bar) {
    itemsFront_ = addAction(bar, "up", tr("Make next"), QKeySequence("Ctrl+Shift+Up"), [this] { moveItems(true); });
    itemsEnd_ = addAction(bar, "down", tr("Make last"), QKeySequence("Ctrl+Shift+Down"), [this] { moveItems(false); });
    cancelItems_ = addAction(bar, "cancel", tr("Cancel these"), QKeySequence::Delete, [this] { cancelItems(); });
    retryItems_ = addAction(bar, "reuse", tr("Try again"), {}, [this] { retryItems(); });
    itemTable_->addActions({itemsFront_, itemsEnd_, cancelItems_, retryItems_});
}

RunKey QueuePane::selectedRun() const {
    const QModelIndexList rows = runTable_->selectionModel()->selectedRows();
    return rows.isEmpty() ? 0 : runs_->key(rows.first().row());
}

void QueuePane::selectRun() {
    items_->setRun(selectedRun());
    bridge_->plan(selectedRun());  // and with it the states of items that the owner only counts
    const RunState* run = bridge_->run(selectedRun());
    const TaskWords& words = wordsOf(run ? run->head().task : "");
    itemTable_->setAccessibleName(words.ofRun());
    filter_->setItemText(0, words.all());
    Q_EMIT runSelected(selectedRun());
    refresh();
}

/// Nothing is selected, or the run that was selected here has ended and another one is being made.
bool QueuePane::followsRuns() const {
    const RunKey selected = selectedRun();
    if (selected == 0) return true;
    const RunState* run = bridge_->run(selected);
    return selected == followed_ && run && run->ended() && bridge_->current() != 0;
}

/// The run that is being made, else the latest that its owner has made. One that is known from before is left to the
/// user, who may have opened another.
RunKey QueuePane::runToFollow() const {
    if (const RunKey current = bridge_->current(); current != 0) return current;
    for (const RunKey key : bridge_->runs())
        if (!bridge_->run(key)->head().listed) return key;
    return 0;
}

/// Selects the run to follow unless the user has selected another one.
void QueuePane::refresh() {
    pages_->setCurrentIndex(runs_->rowCount() > 0 ? 1 : 0);
    const int row = followsRuns() ? runs_->row(runToFollow()) : -1;
    if (row >= 0) {
        followed_ = runs_->key(row);
        // Not selectRow(): in a right-to-left layout it looks for a column past the last one.
        return runTable_->selectionModel()->setCurrentIndex(
            runs_->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
    if (const RunState* run = bridge_->run(selectedRun())) {
        progressText_->setText(progressText(*run));
        const QModelIndex index = runs_->index(runs_->row(selectedRun()), 0);
        progress_->setValue(static_cast<int>(index.data(RunModel::FractionRole).toDouble() * progressSteps));
    }
    showQueueTime();
    enableActions();
}

void QueuePane::showQueueTime() {
    QList<const RunState*> runs;
    for (const RunKey key : bridge_->runs()) runs.append(bridge_->run(key));
    const QueueTime time = queueTime(runs);
    const QString left = durationText(time.seconds);
    QString text = tr("%n run(s) waiting", nullptr, time.waiting);
    if (time.isKnown)
        text += tr(", ") + (time.isComplete ? tr("about %1 left for all") : tr("more than %1 left for all")).arg(left);
    queueText_->setText(text);
    queueText_->setVisible(time.waiting > 0);
}

void QueuePane::enableActions() {
    const RunState* run = bridge_->run(selectedRun());
    const bool paused = run && run->phase() == RunPhase::Paused;
    const bool waiting = run && run->phase() == RunPhase::Queued;
    const bool made = run && (run->phase() == RunPhase::Running || paused);
    const bool missing = run && run->counts().done < run->counts().total;
    pause_->setEnabled(made);
    pause_->setText(paused ? tr("Go on") : tr("Pause after the items under way"));
    pause_->setToolTip(pause_->text());
    pause_->setIcon(icon(paused ? "generate" : "pause"));
    cancel_->setEnabled(made || waiting);
    retry_->setEnabled(run && ((run->ended() && missing) || run->count(ItemState::Failed) > 0));
    const QList<RunKey> all = bridge_->runs();
    cancelAll_->setEnabled(!all.isEmpty() && !bridge_->run(all.first())->ended());
    remake_->setEnabled(run && run->ended() && makesFiles(run->head().task));
    for (QAction* action : {front_, up_, down_}) action->setEnabled(waiting);
    for (QAction* action : {folder_, log_, rename_}) action->setEnabled(run);
    remove_->setEnabled(run && !made);

    const bool movable = made && !selectedItems({ItemState::Pending}).isEmpty();
    for (QAction* action : {itemsFront_, itemsEnd_}) action->setEnabled(movable);
    cancelItems_->setEnabled(made && !selectedItems({ItemState::Pending, ItemState::Working}).isEmpty());
    retryItems_->setEnabled(made && !selectedItems({ItemState::Failed, ItemState::Cancelled}).isEmpty());
}

QList<qint64> QueuePane::selectedItems(std::initializer_list<ItemState> states) const {
    QList<qint64> items;
    const RunState* run = bridge_->run(items_->run());
    if (!run) return items;
    for (const QModelIndex& index : itemTable_->selectionModel()->selectedRows()) {
        const qint64 item = items_->item(index.row());
        if (std::find(states.begin(), states.end(), run->item(item)) != states.end()) items.append(item);
    }
    return items;
}

void QueuePane::rename() {
    const int row = runs_->row(selectedRun());
    if (row >= 0) runTable_->edit(runs_->index(row, RunModel::Name));
}

void QueuePane::showLog() {
    const RunKey run = selectedRun();
    for (LogWindow* open : findChildren<LogWindow*>())
        if (open->run() == run) return open->activateWindow();
    if (run != 0) (new LogWindow(bridge_, run, this))->show();
}

void QueuePane::pauseOrResume() {
    const RunState* run = bridge_->run(selectedRun());
    if (!run) return;
    run->phase() == RunPhase::Paused ? bridge_->resume(selectedRun()) : bridge_->pause(selectedRun());
}

void QueuePane::moveRun(int places) {
    QList<RunKey> waiting;
    for (const RunKey key : bridge_->runs())
        if (bridge_->run(key)->phase() == RunPhase::Queued) waiting.append(key);
    const auto from = static_cast<int>(waiting.indexOf(selectedRun()));
    if (from < 0) return;
    const int to = places == INT_MIN ? 0 : std::clamp(from + places, 0, static_cast<int>(waiting.size()) - 1);
    if (to == from) return;
    const int before = to < from ? to : to + 1;
    bridge_->moveRun(selectedRun(), before < waiting.size() ? waiting[before] : 0);
}

void QueuePane::cancelItems() {
    bridge_->cancel(items_->run(), selectedItems({ItemState::Pending, ItemState::Working}));
}

void QueuePane::retryItems() {
    bridge_->retry(items_->run(), selectedItems({ItemState::Failed, ItemState::Cancelled}));
}

void QueuePane::moveItems(bool toFront) {
    const QList<qint64> items = selectedItems({ItemState::Pending});
    const RunState* run = bridge_->run(items_->run());
    const QSet<qint64> moved(items.begin(), items.end());
    qint64 before = -1;
    for (qint64 item = 0; toFront && before < 0 && item < run->size(); ++item)
        if (run->item(item) == ItemState::Pending && !moved.contains(item)) before = item;
    if (toFront && !run->order().empty()) before = run->order().front();
    if (!items.isEmpty()) bridge_->moveItems(items_->run(), items, before);
}

}  // namespace fanlight::ui

#include "moc_queue_pane.cpp"
