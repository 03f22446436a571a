#include "ui/bridge/run_bridge.h"

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QTimer>
#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>

#include "core/base/error.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/owner/run_client.h"
#include "core/owner/run_owner.h"
#include "core/owner/run_queue.h"
#include "core/owner/run_sockets.h"
#include "core/run/run_log.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/run_title.h"
#include "ui/models/sentence.h"

namespace fanlight::ui {

namespace {

constexpr int frameMs = 16;
constexpr int patienceMs = 15'000, searchMs = 250;
constexpr qint64 restartWindowMs = 5 * 60'000;
constexpr int maxRestarts = 3;  ///< within that time: an owner that dies at once is not started for ever

std::vector<int64_t> numbers(const QList<qint64>& items) { return {items.begin(), items.end()}; }

/// Returns what went wrong; empty: nothing.
/// What the plan has to say goes into the log here: its owner reads the folder, which does not keep it.
QString makeFolder(const QString& folder, RunPlan plan) {
    try {
        hash_models(plan);
        const std::vector<Sentence> notes = plan.notes;
        create_run(folder.toStdString(), std::move(plan));
        for (const Sentence& note : notes) RunLog(folder.toStdString()).write(RunWarning{note});
        return {};
    } catch (const std::exception& error) {
        return said(error);
    }
}

struct LoadedRun {
    std::shared_ptr<const RunPlan> plan;
    std::vector<client::FromOwner> items;
};

/// `run`: its number where it is listed, if the states of its items are wanted, too.
LoadedRun load(const std::string& folder, std::optional<int64_t> run) {
    try {
        LoadedRun loaded{std::make_shared<const RunPlan>(read_plan(folder)), {}};
        if (run) loaded.items = recorded_items(folder, *run, static_cast<int64_t>(loaded.plan->items.size()));
        return loaded;
    } catch (const std::exception&) {
        return {};  // its owner reports what is wrong with it
    }
}

struct Queue {
    bool isEmpty = true;
    QString problem;
};

Queue readQueue() {
    try {
        return {RunQueue().runs().empty(), {}};
    } catch (const std::exception& error) {
        return {true, said(error)};
    }
}

/// Why an owner that is started now could not use the queue; empty: it can.
QString queueProblem() {
    try {
        RunQueue().check_writable();
        return {};
    } catch (const std::exception& error) {
        return said(error);
    }
}

/// Of the states in which several owners know a run, the one that holds has the highest.
int rankOf(const RunState& run, bool isGone, bool stays) {
    if (isGone) return 0;
    if (!run.ended() && !run.head().listed && run.phase() != RunPhase::Queued) return 3;
    return stays ? 2 : 1;
}

/// In which part of the list a run stands: made, waiting, ended.
int partOf(const RunState& run) { return run.ended() ? 2 : run.phase() == RunPhase::Queued ? 1 : 0; }

}  // namespace

struct RunBridge::Owner {
    std::string socket;
    RunClient client;
    bool gone = false;
};

RunBridge::RunBridge(QObject* parent)
    : QObject(parent),
      watcher_(new QFileSystemWatcher(this)),
      frame_(new QTimer(this)),
      patience_(new QTimer(this)),
      search_(new QTimer(this)) {
    frame_->setSingleShot(true);
    frame_->setInterval(frameMs);
    connect(frame_, &QTimer::timeout, this, [this] { publish(); });
    connect(watcher_, &QFileSystemWatcher::directoryChanged, this, &RunBridge::findOwners);
    search_->setInterval(searchMs);
    connect(search_, &QTimer::timeout, this, [this] { patience_->isActive() ? findOwners() : search_->stop(); });
    patience_->setSingleShot(true);
    patience_->setInterval(patienceMs);
    connect(patience_, &QTimer::timeout, this, [this] {
        dropWaiting();
        Q_EMIT problem(tr("The process that makes the images did not start; start %1 serve in a terminal to see why.")
                           .arg(QString::fromStdString(fanlight_program().string())));
    });
}

RunBridge::~RunBridge() = default;

// Owners

void RunBridge::attach() {
    try {
        watcher_->addPath(QString::fromStdString(sockets_folder().string()));
        findOwners();
    } catch (const Error& error) {
        return Q_EMIT problem(said(error));
    }
    inBackground(this, &readQueue, [this](const Queue& queue) {
        if (!queue.problem.isEmpty()) Q_EMIT problem(queue.problem);
        if (!queue.isEmpty && !is_idle_owner_up()) startOwner();
    });
}

void RunBridge::findOwners() {
    for (const auto& path : all_sockets()) {
        const auto known = [&](const auto& owner) { return owner->socket == path.string() && !owner->gone; };
        if (std::none_of(owners_.begin(), owners_.end(), known)) add(path.string());
    }
}

void RunBridge::add(const std::string& socket) {
    Owner& owner = *owners_.emplace_back(std::make_unique<Owner>());
    owner.socket = socket;
    connect(&owner.client, &RunClient::snapshot, this, [this, &owner] {
        locate();
        for (const RunState& run : owner.client.runs()) {
            Changes& all = changes(keyOf(owner, run.id()));
            all.head = all.workers = all.everything = true;
        }
        if (owner.client.owner().stays) startWaiting();
    });
    connect(&owner.client, &RunClient::happened, this, [this, &owner](const auto& event) { take(owner, event); });
    connect(&owner.client, &RunClient::refused, this, &RunBridge::refuse);
    connect(&owner.client, &RunClient::lost, this, [this, &owner](const Sentence& reason) { gone(owner, reason); });
    owner.client.want_previews();
    owner.client.connect_to(socket);
}

void RunBridge::gone(Owner& owner, const Sentence& reason) {
    owner.gone = true;
    QList<RunKey> interrupted;
    for (const RunState& run : owner.client.runs()) {
        const RunKey key = keyOf(owner, run.id());
        Changes& all = changes(key);
        all.head = all.workers = all.everything = true;
        if (run.phase() == RunPhase::Interrupted && run.message() == reason) interrupted.append(key);
    }
    const bool goesOn = owner.client.owner().stays && !interrupted.isEmpty() && restartOwner();
    for (const RunKey key : interrupted) {
        const QString title = isolated(runTitle(*run(key)));
        Q_EMIT problem(goesOn ? tr("%1 It was restarted and continues the run %2.").arg(said(reason), title)
                              : tr("%1 The run %2 can be resumed.").arg(said(reason), title));
        if (!goesOn) Q_EMIT runEnded(key);
    }
    locate();
    if (!owner.client.runs().empty()) return;
    QTimer::singleShot(0, this, [this, dead = &owner] {  // not while it emits a signal
        std::erase_if(owners_, [&](const auto& known) { return known.get() == dead; });
        locate();
    });
}

void RunBridge::startOwner() {
    patience_->start();
    search_->start();
    try {
        start_idle_owner();
    } catch (const Error& error) {
        patience_->stop();
        dropWaiting();
        Q_EMIT problem(said(error));
    }
}

bool RunBridge::restartOwner() {
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    restarts_.removeIf([&](qint64 when) { return now - when > restartWindowMs; });
    if (restarts_.size() >= maxRestarts) return false;
    try {
        if (!RunQueue().settings().go_on_after_crash) return false;
    } catch (const Error&) {
        return false;  // the owner could not use it either
    }
    restarts_.append(now);
    startOwner();
    return true;
}

void RunBridge::locate() {
    std::map<RunKey, Place> places;
    std::map<RunKey, int> ranks;
    for (const auto& owner : owners_)
        for (const RunState& run : owner->client.runs()) {
            const RunKey key = keys_.try_emplace(run.folder(), static_cast<RunKey>(keys_.size()) + 1).first->second;
            const int rank = rankOf(run, owner->gone, owner->client.owner().stays);
            const auto best = ranks.find(key);
            if (best != ranks.end() && best->second > rank) continue;
            ranks[key] = rank;
            places[key] = {owner.get(), run.id()};
        }
    places_ = std::move(places);
    asked_.removeIf([this](const QString& folder) { return keys_.contains(folder.toStdString()); });
    runsChanged_ = true;
    publishSoon();
}

RunKey RunBridge::keyOf(const Owner& owner, int64_t run) const {
    const RunState* state = owner.client.run(run);
    const auto key = state ? keys_.find(state->folder()) : keys_.end();
    return key == keys_.end() ? 0 : key->second;
}

const RunBridge::Place* RunBridge::placeOf(RunKey key) const {
    const auto place = places_.find(key);
    return place == places_.end() ? nullptr : &place->second;
}

RunBridge::Owner* RunBridge::idleOwner() const {
    const auto found = std::find_if(owners_.begin(), owners_.end(), [](const auto& owner) {
        return owner->client.is_connected() && owner->client.owner().stays;
    });
    return found == owners_.end() ? nullptr : found->get();
}

// Runs

void RunBridge::start(const QString& folder, RunPlan plan) {
    inBackground(
        this, [folder, plan = std::move(plan)] { return makeFolder(folder, plan); },
        [this, folder](const QString& sentence) {
            if (sentence.isEmpty()) return startFolder(folder);
            Q_EMIT notStarted(folder);
            Q_EMIT problem(sentence);
        });
}

void RunBridge::resumeFolder(const QString& folder) { startFolder(folder); }

void RunBridge::startFolder(const QString& folder) {
    waiting_.append(folder);
    if (idleOwner()) return startWaiting();
    if (patience_->isActive()) return;
    patience_->start();
    inBackground(this, &queueProblem, [this](const QString& sentence) {
        if (sentence.isEmpty()) return startOwner();
        patience_->stop();
        dropWaiting();
        Q_EMIT problem(sentence);
    });
}

void RunBridge::startWaiting() {
    patience_->stop();
    for (const QString& folder : std::exchange(waiting_, {})) {
        asked_.append(folder);
        idleOwner()->client.start(std::filesystem::absolute(folder.toStdString()));
    }
}

void RunBridge::dropWaiting() {
    for (const QString& folder : std::exchange(waiting_, {})) Q_EMIT notStarted(folder);
}

/// An owner does not say which command it refuses; runs that it has accepted are listed by then.
void RunBridge::refuse(const Sentence& sentence) {
    for (const QString& folder : std::exchange(asked_, {}))
        if (!keys_.contains(folder.toStdString())) Q_EMIT notStarted(folder);
    Q_EMIT problem(said(sentence));
}

QList<RunKey> RunBridge::runs() const {
    std::array<QList<RunKey>, 3> parts;
    for (const auto& owner : owners_)
        for (const RunState& run : owner->client.runs()) {
            const auto key = keys_.find(run.folder());  // not known yet in the middle of a snapshot
            const Place* place = key == keys_.end() ? nullptr : placeOf(key->second);
            if (place && place->owner == owner.get()) parts[static_cast<size_t>(partOf(run))].append(key->second);
        }
    std::reverse(parts.back().begin(), parts.back().end());
    return parts[0] + parts[1] + parts[2];
}

const RunState* RunBridge::run(RunKey key) const {
    const Place* place = placeOf(key);
    return place ? place->owner->client.run(place->run) : nullptr;
}

RunKey RunBridge::current() const {
    for (const auto& owner : owners_)
        if (const RunState* run = owner->client.current(); run && !owner->gone) return keyOf(*owner, run->id());
    return 0;
}

std::string RunBridge::textSoFar(RunKey key, qint64 item) const {
    const auto run = growing_.find(key);
    if (run == growing_.end()) return {};
    const auto text = run->second.find(item);
    return text == run->second.end() ? std::string() : text->second;
}

std::shared_ptr<const RunPlan> RunBridge::plan(RunKey key) {
    const auto known = plans_.find(key);
    const auto plan = known == plans_.end() ? nullptr : known->second;
    const RunState* state = run(key);
    // Another owner may by now list the run, and count items of which only the one that made them told.
    if (!state || loading_.contains(key) || (plan && state->knows_items())) return plan;
    loading_.insert(key);
    const auto listed = state->knows_items() ? std::nullopt : std::optional(state->id());
    inBackground(
        this, [folder = state->folder(), listed] { return load(folder, listed); },
        [this, key](const LoadedRun& loaded) {
            if (!loaded.plan) return;  // stays in loading_: not tried again
            loading_.remove(key);
            plans_[key] = loaded.plan;
            if (const Place* place = placeOf(key); place && !loaded.items.empty()) {
                place->owner->client.learn(place->run, loaded.items);
                changes(key).everything = changes(key).head = true;
            }
            Q_EMIT planLoaded(key);
        });
    return plan;
}

// Commands

template <typename Command>
void RunBridge::command(RunKey key, Command command) {
    const Place* place = placeOf(key);
    if (place && !place->owner->gone) command(place->owner->client, place->run);
}

void RunBridge::add(RunKey key, const QByteArray& promptLines) {
    command(key, [&](RunClient& client, int64_t run) { client.add(run, promptLines.toStdString()); });
}

void RunBridge::pause(RunKey key) {
    command(key, [](RunClient& client, int64_t run) { client.pause(run); });
}

void RunBridge::resume(RunKey key) {
    command(key, [](RunClient& client, int64_t run) { client.resume(run); });
}

void RunBridge::cancel(RunKey key, const QList<qint64>& items) {
    command(key, [&](RunClient& client, int64_t run) { client.cancel(run, numbers(items)); });
}

void RunBridge::retry(RunKey key, const QList<qint64>& items) {
    const RunState* state = run(key);
    if (state && state->ended()) return startFolder(QString::fromStdString(state->folder()));
    command(key, [&](RunClient& client, int64_t run) { client.retry(run, numbers(items)); });
}

void RunBridge::moveItems(RunKey key, const QList<qint64>& items, qint64 before) {
    command(key, [&](RunClient& client, int64_t run) { client.move_items(run, numbers(items), before); });
}

void RunBridge::moveRun(RunKey key, RunKey before) {
    command(key, [&](RunClient& client, int64_t run) {
        const Place *moved = placeOf(key), *next = placeOf(before);
        client.move_run(run, next && next->owner == moved->owner ? next->run : -1);
    });
}

void RunBridge::enableWorker(RunKey key, int worker, bool enabled) {
    command(key, [&](RunClient& client, int64_t run) { client.enable_worker(run, worker, enabled); });
}

/// The last one first, so that no other begins when the one that is being made has ended.
void RunBridge::cancelAll() {
    QList<RunKey> all = runs();
    all.removeIf([this](RunKey key) { return run(key)->ended(); });
    std::reverse(all.begin(), all.end());
    for (const RunKey key : all) cancel(key);
}

/// Whoever makes or lists the run sees it in the queue's file.
void RunBridge::rename(RunKey key, const QString& name) {
    const RunState* state = run(key);
    if (!state) return;
    const auto change = [folder = state->folder(), name = name.toStdString()]() -> QString {
        try {
            RunQueue().rename(folder, name);
            return {};
        } catch (const std::exception& error) {
            return said(error);
        }
    };
    inBackground(this, change, [this](const QString& sentence) {
        if (!sentence.isEmpty()) Q_EMIT problem(sentence);
    });
}

void RunBridge::remove(RunKey key) {
    const Place* place = placeOf(key);
    if (!place) return;
    if (!place->owner->gone && place->owner->client.owner().stays) return place->owner->client.remove(place->run);
    try {
        RunQueue().change([&](KnownRuns& runs) { remove_from(runs, run(key)->folder()); });
    } catch (const Error& error) {
        return Q_EMIT problem(said(error));
    }
    std::erase_if(owners_, [&](const auto& known) { return known.get() == place->owner && known->gone; });
    locate();
}

// Events from owners

void RunBridge::take(Owner& owner, const client::FromOwner& event) {
    std::visit(
        [&](const auto& body) {
            constexpr bool isHead = std::is_same_v<std::decay_t<decltype(body)>, client::Run>;
            constexpr bool changesList = std::is_same_v<std::decay_t<decltype(body)>, client::Removed> ||
                                         std::is_same_v<std::decay_t<decltype(body)>, client::RunOrder>;
            if constexpr (isHead || changesList) locate();
            if constexpr (!changesList && requires { handle(0, body); }) {
                const RunKey key = keyOf(owner, body.run);
                const Place* place = placeOf(key);
                if (place && place->owner == &owner) handle(key, body);  // else another owner knows better
            }
        },
        event);
}

void RunBridge::handle(RunKey key, const client::Run&) {
    const RunState* state = run(key);
    Changes& now = changes(key);
    now.head = runsChanged_ = true;
    const auto known = plans_.find(key);
    if (known != plans_.end() && static_cast<int64_t>(known->second->items.size()) < state->size()) {
        plans_.erase(known);  // items were added
        now.everything = true;
    }
    if (!state->ended()) return;
    now.workers = now.everything = true;
    Q_EMIT runEnded(key);
}

void RunBridge::handle(RunKey key, const client::States&) { changes(key).everything = changes(key).head = true; }
void RunBridge::handle(RunKey key, const client::ItemOrder&) { changes(key).everything = true; }

void RunBridge::handle(RunKey key, const client::Worker& worker) {
    Changes& now = changes(key);
    now.workers = true;
    const WorkerState state = worker_state_of(worker.state);
    now.everything |= state != WorkerState::Ready && state != WorkerState::Working;  // what it held is pending again
}

void RunBridge::handle(RunKey key, const ItemsLeased& leased) {
    Changes& now = changes(key);
    for (const int64_t item : leased.items) {
        now.items.insert(item);
        growing_[key][item].clear();
    }
}

void RunBridge::handle(RunKey key, const ItemProgress& progress) {
    Changes& now = changes(key);
    now.workers = true;
    now.items.insert(progress.item);
    auto& growing = growing_[key];
    if (const auto text = growing.find(progress.item); text != growing.end()) text->second += progress.text;
}

void RunBridge::handle(RunKey key, const ItemPreview& preview) { changes(key).previews[preview.item] = preview.png; }

void RunBridge::handle(RunKey key, const WorkerMeasured& measured) { changes(key).stats.insert(measured.worker); }

void RunBridge::handle(RunKey key, const ItemDone& done) {
    const Result& made = done.result;
    Changes& now = changes(key);
    now.head = now.workers = true;
    now.items.insert(made.item);
    now.previews.erase(made.item);
    growing_[key].erase(made.item);
    if (made.file())
        now.images.append({key, QString::fromStdString(run(key)->folder()), made});
    else
        now.records.push_back(made);
}

void RunBridge::handle(RunKey key, const ItemFailed& failed) {
    Changes& now = changes(key);
    now.head = true;
    now.items.insert(failed.item);
    growing_[key].erase(failed.item);
}

void RunBridge::handle(RunKey key, const RunWarning& warning) {
    if (!warning.routine)  // which the phase says
        Q_EMIT noticed(key, phrase(warning.message));
}

// What is published, once a frame

RunBridge::Changes& RunBridge::changes(RunKey key) {
    publishSoon();
    return changes_[key];
}

void RunBridge::publishSoon() {
    if (!frame_->isActive()) frame_->start();
}

void RunBridge::publish() {
    if (std::exchange(runsChanged_, false)) Q_EMIT runsChanged();
    for (const auto& [key, changes] : std::exchange(changes_, {}))
        if (run(key)) publish(key, changes);
}

void RunBridge::publish(RunKey key, const Changes& changes) {
    if (changes.everything)
        Q_EMIT itemsChanged(key, {});
    else if (!changes.items.isEmpty())
        Q_EMIT itemsChanged(key, changes.items.values());
    if (changes.head) Q_EMIT runChanged(key);
    if (changes.workers) Q_EMIT workersChanged(key);
    for (const int worker : changes.stats) Q_EMIT statsChanged(key, worker);
    for (const MadeImage& image : changes.images) Q_EMIT imageMade(image);
    if (!changes.records.empty()) Q_EMIT recordsMade(key, changes.records);
    for (const auto& [item, png] : changes.previews) {
        const auto preview = QImage::fromData(QByteArray::fromBase64(QByteArray::fromStdString(png)), "PNG");
        if (!preview.isNull()) Q_EMIT previewMade(key, item, preview);
    }
}

}  // namespace fanlight::ui

#include "moc_run_bridge.cpp"
