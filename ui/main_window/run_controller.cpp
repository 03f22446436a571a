#include "ui/main_window/run_controller.h"

#include <QAction>
#include <QCryptographicHash>
#include <QDataStream>
#include <QDir>
#include <QMessageBox>
#include <QPushButton>
#include <algorithm>
#include <memory>
#include <numeric>

#include "core/base/error.h"
#include "core/batch/items.h"
#include "core/batch/prompt_notes.h"
#include "core/batch/styles.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/plan/cpu_layout.h"
#include "core/plan/place_run.h"
#include "core/plan/plan_notes.h"
#include "core/plan/weight_choice.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/main_window/row_tracker.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/duration.h"
#include "ui/models/parameter_labels.h"
#include "ui/models/run_title.h"
#include "ui/models/sentence.h"
#include "ui/models/styles_here.h"
#include "ui/models/task_words.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_file.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

struct Prepared {
    RunPlan plan;
    RunRows rows;
    QByteArray wish;    ///< see RepeatGuard
    QString notice;     ///< of the prompts
    QStringList notes;  ///< what the plan tells besides
    QStringList said;   ///< both, in the words of the run
    QString problem;
    MessageBar::About about = MessageBar::About::Plan;  ///< the problem
};

/// The whole prompt list. Each row keeps the seed that it has in a run of the whole list, so that a run of a few rows
/// makes what the list shows.
struct ListedRows {
    std::vector<PromptEntry> entries;
    std::vector<qint64> seedOffsets;
    quint64 seed;

    bool has(int row) const { return !entries[row].prompt.trimmed().isEmpty(); }
    PromptEntry entry(int row) const { return seeded(entries[row], seedOf(seed, seedOffsets[row])); }
};

/// With what a run that is being made does not know of: it takes rows as they are. Throws Error.
PromptEntry withCommonTexts(const PromptEntry& entry, const Generation& generation, const Styles& styles) {
    const std::string place = RunController::tr("This row").toStdString();
    PromptEntry whole = entryOf(wholeRow(entry, generation.parameters, affixesOf(generation), styles, place));
    whole.id = entry.id;
    return whole;
}

/// Rows for a run that is being made, or why there are none.
struct MoreRows {
    std::vector<PromptEntry> entries;
    std::vector<quint64> ids;
    QString problem;
};

MoreRows completed(MoreRows rows, const Generation& generation) {
    try {
        const Styles styles = stylesHere();
        for (PromptEntry& entry : rows.entries) entry = withCommonTexts(entry, generation, styles);
    } catch (const Error& error) {
        rows.problem = inLabels(said(error));
    }
    return rows;
}

/// `rows`: in the prompt list, by the run's row.
QString noticeOf(const RunPlan& plan, const QList<int>& rows) {
    QStringList sentences;
    for (const PromptNote& note : prompt_notes(plan.items)) {
        const int row = rows[note.first_row] + 1, count = int(note.rows);
        PromptNote ofTheList = note;
        ofTheList.first_row = row - 1;
        if (note.layout.read_tokens > 0)
            sentences << phrase(text_of(ofTheList)) + '.';
        else if (note.kind == PromptNote::Kind::Cut)
            sentences << RunController::tr(
                             "%n literal prompt(s) are longer than the model reads at a time, the first "
                             "in row %1: the end has no effect.",
                             nullptr, count)
                             .arg(row);
        else
            sentences << RunController::tr(
                             "%n prompt(s) name networks, such as %2 in row %1, that are no LoRAs and have no effect.",
                             nullptr, count)
                             .arg(row)
                             .arg(isolated(QString::fromStdString(note.example)));
    }
    if (const int rows = plan.same_seed ? int(rows_of_like_items(plan.items).size()) : 0; rows > 0)
        sentences << RunController::tr("%n prompt(s) make several identical images, since every row has the same seed.",
                                       nullptr, rows);
    return sentences.join(' ');
}

/// The run itself only has them in its log.
QStringList notesOf(const RunPlan& plan) {
    QStringList notes;
    for (const Sentence& note : plan.notes)
        if (note.pattern() != like_results_note.text()) notes << inLabels(said(note));
    return notes;
}

/// What the run itself will say about its plan.
QStringList saidOf(const RunPlan& plan) {
    QStringList said;
    for (const Sentence& note : plan.notes) said << phrase(note);
    for (const PromptNote& note : prompt_notes(plan.items)) said << phrase(text_of(note));
    return said;
}

/// All that is asked for, without the seed of a run whose seed is drawn.
QByteArray wishOf(const Generation& generation, const PlanRequest& request, const PlacementChoice& placement,
                  const ListedRows& listed, const QList<int>& rows) {
    QByteArray options;
    QDataStream stream(&options, QIODevice::WriteOnly);
    stream << toMap(generation) << QString::fromStdString(request.devices)
           << QString::fromStdString(request.cfg_devices) << QString::fromStdString(request.name_pattern) << rows
           << int(placement.mode) << placement.replicas << placement.stages << placement.num_chunks;
    for (const std::string* text : {&placement.device_map, &placement.max_memory, &placement.split_points})
        stream << QString::fromStdString(*text);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(options);
    hash.addData(projectText(listed.entries));
    return hash.result();
}

/// Plans as `fanlight generate` does.
Prepared prepare(PlanRequest request, const PlacementChoice& placement, const ListedRows& listed,
                 const QList<int>& rows) {
    try {
        std::vector<quint64> ids;
        QList<int> taken;
        for (const int row : rows) {
            if (!listed.has(row)) continue;
            const PromptEntry entry = listed.entry(row);
            request.rows.push_back(rowOf(entry, RunController::tr("Row %1").arg(row + 1).toStdString()));
            ids.push_back(entry.id);
            taken << row;
        }
        if (ids.empty())
            return {.problem = RunController::tr("There is no prompt; type one, or import a list."),
                    .about = MessageBar::About::Rows};
        Prepared prepared;
        request.styles = std::make_shared<Styles>(stylesHere());
        prepared.plan = make_plan(request, resources_folder(), "");
        PlacementRequest placing = request_of(placement, "");
        placing.served = true;
        choose_weights(prepared.plan, request.weights, placing);
        if (placement.mode == Mode::Replicas)
            lay_out_if_open(prepared.plan, request);
        else
            place_run(prepared.plan, std::move(placing), false);
        if (placement.mode == Mode::Replicas && prepared.plan.recipe.device_kind == "cuda")
            choose_encoder_stay(prepared.plan, /*served=*/true);
        hash_models(prepared.plan);
        prepared.notice = noticeOf(prepared.plan, taken);
        prepared.notes = notesOf(prepared.plan);
        prepared.said = saidOf(prepared.plan);
        prepared.rows = rowsOf(prepared.plan, std::move(ids));
        return prepared;
    } catch (const std::exception& error) {
        return {.problem = inLabels(said(error))};
    }
}

}  // namespace

RunController::RunController(RunBridge* bridge, PromptsPane* prompts, ParametersPane* parameters, DevicesPane* devices,
                             QObject* parent)
    : QObject(parent),
      bridge_(bridge),
      prompts_(prompts),
      parameters_(parameters),
      devices_(devices),
      tracker_(new RowTracker(bridge, prompts->model(), this)),
      repeats_(bridge) {
    const auto action = [this](const QString& iconName, const QString& text, const QKeySequence& key, auto slot) {
        auto* made = new QAction(icon(iconName), text, this);
        made->setShortcut(key);
        made->setToolTip(text + " (" + key.toString(QKeySequence::NativeText) + ")");
        connect(made, &QAction::triggered, this, slot);
        return made;
    };
    generate_ = action("generate", tr("Generate"), QKeySequence("Ctrl+Return"), &RunController::generate);
    generateSelected_ = action("generate", tr("Generate selected rows"), QKeySequence("Ctrl+Shift+Return"),
                               &RunController::generateSelected);
    add_ = action("add", tr("Add selected rows to the run"), QKeySequence("Ctrl+Alt+A"), &RunController::addSelected);
    pause_ = action("pause", tr("Pause"), QKeySequence("Ctrl+Alt+P"), &RunController::togglePause);
    cancel_ = action("cancel", tr("Cancel run"), QKeySequence("Ctrl+Alt+Return"), &RunController::cancel);
    retry_ = action("reuse", tr("Retry what failed"), QKeySequence("Ctrl+Alt+R"), &RunController::retry);
    connect(bridge, &RunBridge::runChanged, this, &RunController::showRun);
    connect(bridge, &RunBridge::runsChanged, this, &RunController::showRun);
    connect(bridge, &RunBridge::runEnded, this, &RunController::runEnded);
    connect(bridge, &RunBridge::noticed, this, &RunController::takeNotice);
    connect(bridge, &RunBridge::problem, this,
            [this](const QString& sentence) { Q_EMIT problem(sentence, MessageBar::About::Nothing); });
    connect(bridge, &RunBridge::runsChanged, this, &RunController::showGenerate);
    showRun();
    showGenerate();
}

void RunController::generate() {
    QList<int> rows(prompts_->model()->rowCount());
    std::iota(rows.begin(), rows.end(), 0);
    generateRows(rows);
}

void RunController::generateSelected() { generateRows(prompts_->table()->selectedRows()); }

void RunController::generateRows(const QList<int>& rows) {
    PlanRequest request = requestOf(parameters_->generation());
    const quint64 seed = parameters_->takeSeed();
    request.parameters["seed"] = std::to_string(seed);
    setDevices(request, devices_->devices(), parameters_->generation());
    if (request.devices.empty())
        return Q_EMIT problem(tr("All devices are switched off; switch one on in the Devices pane."),
                              MessageBar::About::Devices);
    if (const QString names = settings::namePattern.get(); !names.isEmpty()) request.name_pattern = names.toStdString();
    const PlacementChoice placement = devices_->modes()->placement();
    const QString parent = parameters_->outputFolder();
    for (QAction* action : {generate_, generateSelected_}) action->setEnabled(false);
    inBackground(
        this,
        [request, placement, rows, generation = parameters_->generation(),
         listed = ListedRows{prompts_->model()->entries(), prompts_->model()->seedOffsets(), seed}] {
            Prepared prepared = prepare(request, placement, listed, rows);
            prepared.wish = wishOf(generation, request, placement, listed, rows);
            return prepared;
        },
        [this, parent](Prepared prepared) {
            for (QAction* action : {generate_, generateSelected_}) action->setEnabled(true);
            if (!prepared.problem.isEmpty()) return Q_EMIT problem(prepared.problem, prepared.about);
            const bool isRepeat = repeats_.isUnderWay(prepared.wish);
            const auto begin = [this, parent, prepared = std::make_shared<Prepared>(std::move(prepared))] {
                Q_EMIT begun();
                if (!prepared->notice.isEmpty()) Q_EMIT noticed(prepared->notice);
                for (const QString& note : prepared->notes) {
                    if (!toldNotes_.contains(note)) Q_EMIT noticed(note);
                    toldNotes_ << note;
                }
                const QString folder = QString::fromStdString(new_run_folder(parent.toStdString()).string());
                said_[folder] = std::move(prepared->said);
                repeats_.begun(folder, prepared->wish);
                tracker_->follow(folder, std::move(prepared->rows));
                bridge_->start(folder, std::move(prepared->plan));
            };
            if (!isRepeat) return begin();
            Q_EMIT doubted(tr("The same run is already queued or running, and nothing has changed since."),
                           tr("Run it again"), begin);
        });
}

void RunController::addSelected() {
    const RunKey key = bridge_->current();
    if (key == 0) return;
    const Generation generation = parameters_->generation();
    const auto plan = bridge_->plan(key);
    const bool isDrawn = generation.randomSeed && generation.sameSeed && plan && plan->same_seed;
    const quint64 seed = isDrawn ? plan->items.front().task.seed() : parameters_->takeSeed();
    const ListedRows listed{prompts_->model()->entries(), prompts_->model()->seedOffsets(), seed};
    MoreRows rows;
    for (const int row : prompts_->table()->selectedRows()) {
        if (!listed.has(row)) continue;
        rows.entries.push_back(listed.entry(row));
        rows.ids.push_back(rows.entries.back().id);
    }
    if (rows.entries.empty()) return;
    inBackground(
        this, [rows = std::move(rows), generation] { return completed(rows, generation); },
        [this, key](const MoreRows& rows) {
            if (!rows.problem.isEmpty()) return Q_EMIT problem(rows.problem, MessageBar::About::Rows);
            bridge_->add(key, projectText(rows.entries));
            tracker_->followMore(key, rows.ids);
        });
}

void RunController::togglePause() {
    const RunKey key = bridge_->current();
    const RunState* run = bridge_->run(key);
    if (!run) return;
    run->phase() == RunPhase::Paused ? bridge_->resume(key) : bridge_->pause(key);
}

void RunController::cancel() {
    if (const RunKey key = bridge_->current()) bridge_->cancel(key);
}

void RunController::retry() {
    if (lastEnded_ != 0) bridge_->retry(lastEnded_);
}

/// What the button does depends on the queue.
void RunController::showGenerate() {
    const QList<RunKey> runs = bridge_->runs();
    const auto isAhead = [this](RunKey key) { return !bridge_->run(key)->ended(); };
    const auto ahead = static_cast<int>(std::count_if(runs.begin(), runs.end(), isAhead));
    const QString what = ahead == 0 ? tr("Generate") : tr("Generate, after %n run(s)", nullptr, ahead);
    generate_->setToolTip(what + " (" + generate_->shortcut().toString(QKeySequence::NativeText) + ")");
}

QString RunController::about(RunKey key, const QString& sentence) const {
    const RunState* run = bridge_->run(key);
    if (!run || key == shown_ || shown_ == 0) return sentence;
    return tr("%1: %2").arg(isolated(runTitle(*run)), sentence);
}

void RunController::showRun() {
    const RunState* run = bridge_->run(bridge_->current());
    add_->setEnabled(run);
    pause_->setEnabled(run);
    cancel_->setEnabled(run);
    const RunState* last = bridge_->run(lastEnded_);
    const bool broke = last && (last->phase() == RunPhase::Failed || last->phase() == RunPhase::Interrupted);
    if (lastEnded_ != 0 && (!last || !last->ended())) Q_EMIT endingSettled();
    retry_->setEnabled(last && (last->counts().failed > 0 || broke));
    if (!run) return Q_EMIT progress({}, -1);
    const bool paused = run->phase() == RunPhase::Paused;
    pause_->setText(paused ? tr("Resume") : tr("Pause"));
    pause_->setIcon(icon(paused ? "generate" : "pause"));
    const RunCounts counts = run->counts();
    QString text = tr("%1 of %2").arg(counts.done).arg(counts.total);
    if (counts.failed > 0) text += " · " + tr("%n failed", nullptr, int(counts.failed));
    if (paused)
        text += " · " + tr("paused");
    else if (const std::string& until = run->head().quiet_until; !until.empty())
        text += " · " + tr("quiet until %1").arg(QString::fromStdString(until));
    else if (const auto left = run->seconds_left())
        text += " · " + tr("%1 left").arg(durationText(*left));
    Q_EMIT progress(text, counts.total > 0 ? double(counts.settled()) / double(counts.total) : 0);
}

void RunController::takeNotice(RunKey key, const QString& said) {
    const RunState* run = bridge_->run(key);
    if (run && said_.value(QString::fromStdString(run->folder())).contains(said)) return;
    Q_EMIT noticed(about(key, said.endsWith('.') ? said : said + '.'));
}

void RunController::runEnded(RunKey key) {
    lastEnded_ = key;
    const RunState* run = bridge_->run(key);
    showRun();
    if (!run || run->phase() == RunPhase::Cancelled) return;
    const RunCounts counts = run->counts();
    if (run->phase() == RunPhase::Failed || run->phase() == RunPhase::Interrupted)
        return Q_EMIT ended(about(key, phrase(run->message())), true);
    QStringList parts{wordsOf(run->head().task).made(int(counts.done))};
    if (counts.failed > 0) parts << tr("%n failed", nullptr, int(counts.failed));
    if (counts.cancelled > 0) parts << tr("%n cancelled", nullptr, int(counts.cancelled));
    Q_EMIT ended(about(key, parts.join(tr(", "))), counts.failed > 0);
}

/// Runs have a process of their own, so they need not end with the window.
bool RunController::mayLeave(QWidget* window) {
    if (!isRunning()) return true;
    QMessageBox box(QMessageBox::Question, tr("Fanlight"), tr("A run is in progress. Keep it running?"),
                    QMessageBox::NoButton, window);
    box.setInformativeText(
        tr("It does not need the window: when you open Fanlight again, it shows the run's progress."));
    box.addButton(tr("Keep running"), QMessageBox::AcceptRole);
    const auto* end = box.addButton(tr("Cancel the run"), QMessageBox::DestructiveRole);
    const auto* stay = box.addButton(tr("Stay here"), QMessageBox::RejectRole);
    box.exec();
    if (box.clickedButton() == end) cancel();
    return box.clickedButton() != stay;
}

}  // namespace fanlight::ui

#include "moc_run_controller.cpp"
