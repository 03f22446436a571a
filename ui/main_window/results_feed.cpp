#include "ui/main_window/results_feed.h"

#include <numeric>

#include "ui/models/sentence.h"
#include "ui/models/task_words.h"
#include "ui/results/result_model.h"
#include "ui/results/results_pane.h"

namespace fanlight::ui {

namespace {

QString folderOf(const RunState& run) { return QString::fromStdString(run.folder()); }

}  // namespace

ResultsFeed::ResultsFeed(RunBridge* bridge, ResultsPane* results, QObject* parent)
    : QObject(parent), bridge_(bridge), results_(results) {
    connect(bridge, &RunBridge::recordsMade, this, &ResultsFeed::showRecords);
    connect(bridge, &RunBridge::itemsChanged, this, &ResultsFeed::showStates);
    connect(bridge, &RunBridge::runChanged, this, &ResultsFeed::showMore);
    connect(bridge, &RunBridge::runEnded, this, [this](RunKey key) {
        if (const RunState* run = shownRun(key)) results_->showRun(folderOf(*run));  // its owner may have died unheard
    });
    connect(results, &ResultsPane::loaded, this, &ResultsFeed::showAllStates);
}

void ResultsFeed::choose(RunKey key) {
    const RunState* run = bridge_->run(key);
    if (!run) return;
    if (makesFiles(run->head().task)) return Q_EMIT picturesChosen();
    if (folderOf(*run) != results_->folder()) results_->showRun(folderOf(*run));
    Q_EMIT textsChosen();
}

const RunState* ResultsFeed::shownRun(RunKey key) const {
    const RunState* run = bridge_->run(key);
    return run && folderOf(*run) == results_->folder() ? run : nullptr;
}

void ResultsFeed::showRecords(RunKey key, const std::vector<Result>& records) {
    if (!shownRun(key)) return;
    std::vector<ItemAnswer> answers;
    for (const Result& result : records) answers.push_back({result.item, answerOf(result)});
    results_->setAnswers(answers);
}

/// No items: all of them.
void ResultsFeed::showStates(RunKey key, const QList<qint64>& items) {
    const RunState* run = shownRun(key);
    if (!run || !run->knows_items()) return;
    QList<qint64> changed = items;
    if (items.isEmpty()) {
        changed.resize(run->size());
        std::iota(changed.begin(), changed.end(), 0);
    }
    std::vector<ItemAnswer> answers;
    for (const qint64 item : changed)
        if (run->item(item) != ItemState::Done) answers.push_back(unfinished(key, item));
    results_->setAnswers(answers);
}

/// Of an item that is not done: a text that is done comes with the records.
ItemAnswer ResultsFeed::unfinished(RunKey key, qint64 item) const {
    const RunState& run = *bridge_->run(key);
    ItemAnswer state{item, {.state = run.item(item)}};
    if (const ItemFailure* failure = run.failure(item)) state.answer.text = phrase(failure->message).toStdString();
    if (state.answer.state == ItemState::Working) state.answer.text = bridge_->textSoFar(key, item);
    return state;
}

/// What the journal does not say: which items are being made, or were left out.
void ResultsFeed::showAllStates(const QString& folder) {
    for (const RunKey key : bridge_->runs())
        if (const RunState* run = bridge_->run(key); run && folderOf(*run) == folder) showStates(key, {});
}

/// Items were added to the run: reads it again.
void ResultsFeed::showMore(RunKey key) {
    const RunState* run = shownRun(key);
    const int known = results_->results().rowCount();
    if (run && known > 0 && run->size() > known) results_->showRun(folderOf(*run));
}

}  // namespace fanlight::ui

#include "moc_results_feed.cpp"
