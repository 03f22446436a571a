#include "ui/bridge/run_bridge.h"

#include <QCoreApplication>
#include <QFileSystemWatcher>
#include <QProcess>
#include <QTimer>
#include <algorithm>

#include "core/base/error.h"
#include "core/config/model_catalog.h"
#include "core/owner/run_client.h"
#include "core/owner/run_sockets.h"
#include "core/run/run_control.h"
#include "ui/models/background.h"

namespace fanlight::ui {

namespace {

constexpr int frameMs = 16;
constexpr int patienceMs = 15'000;
constexpr int runBits = 32;  ///< a key is the owner's number shifted by this, plus the run's

RunKey keyOf(qint64 owner, int64_t run) { return owner << runBits | run; }
int64_t runOf(RunKey key) { return key & ((qint64(1) << runBits) - 1); }

std::vector<int64_t> numbers(const QList<qint64>& items) { return {items.begin(), items.end()}; }

/// Returns what went wrong; empty: nothing.
QString makeFolder(const QString& folder, RunPlan plan) {
    try {
        if (plan.recipe.model_hash.empty()) plan.recipe.model_hash = model_hash(plan.model_folder);
        create_run(folder.toStdString(), std::move(plan));
        return {};
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
}

std::shared_ptr<const RunPlan> readPlan(const std::string& folder) {
    try {
        return std::make_shared<const RunPlan>(read_plan(folder));
    } catch (const std::exception&) {
        return nullptr;  // its owner reports what is wrong with it
    }
}

QString commandLineProgram() {
    const QString given = qEnvironmentVariable("FANLIGHT");
    return given.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/fanlight") : given;
}

}  // namespace

struct RunBridge::Owner {
    qint64 number = 0;
    std::string socket;
    RunClient client;
    bool gone = false;
};

RunBridge::RunBridge(QObject* parent)
    : QObject(parent), watcher_(new QFileSystemWatcher(this)), frame_(new QTimer(this)), patience_(new QTimer(this)) {
    frame_->setSingleShot(true);
    frame_->setInterval(frameMs);
    connect(frame_, &QTimer::timeout, this, [this] { publish(); });
    connect(watcher_, &QFileSystemWatcher::directoryChanged, this, &RunBridge::findOwners);
    patience_->setSingleShot(true);
    patience_->setInterval(patienceMs);
    connect(patience_, &QTimer::timeout, this, [this] {
        waiting_.clear();
        Q_EMIT problem(tr("The process that makes the images did not start; start %1 serve in a terminal to see why.")
                           .arg(commandLineProgram()));
    });
}

RunBridge::~RunBridge() = default;

// Owners

void RunBridge::attach() {
    try {
        watcher_->addPath(QString::fromStdString(sockets_folder().string()));
        findOwners();
    } catch (const Error& error) {
        Q_EMIT problem(QString::fromUtf8(error.what()));
    }
}

void RunBridge::findOwners() {
    for (const auto& path : all_sockets()) {
        const auto known = [&](const auto& owner) { return owner->socket == path.string() && !owner->gone; };
        if (std::none_of(owners_.begin(), owners_.end(), known)) add(path.string());
    }
}

void RunBridge::add(const std::string& socket) {
    Owner& owner = *owners_.emplace_back(std::make_unique<Owner>());
    owner.number = ++lastOwner_;
    owner.socket = socket;
    connect(&owner.client, &RunClient::snapshot, this, [this, &owner] {
        runsChanged_ = true;
        for (const RunState& run : owner.client.runs()) {
            Changes& all = changes(keyOf(owner.number, run.id()));
            all.head = all.workers = all.everything = true;
        }
        if (owner.client.owner().stays) startWaiting();
    });
    connect(&owner.client, &RunClient::happened, this, [this, &owner](const auto& event) { take(owner, event); });
    connect(&owner.client, &RunClient::refused, this, &RunBridge::problem);
    connect(&owner.client, &RunClient::lost, this, [this, &owner](const QString& reason) { gone(owner, reason); });
    owner.client.want_previews();
    owner.client.connect_to(socket);
}

void RunBridge::gone(Owner& owner, const QString& reason) {
    owner.gone = true;
    for (const RunState& run : owner.client.runs()) {
        Changes& all = changes(keyOf(owner.number, run.id()));
        all.head = all.workers = all.everything = true;
        if (run.phase() != RunPhase::Failed || run.message() != reason.toStdString()) continue;
        Q_EMIT problem(tr("%1 The run in %2 can be taken up again.").arg(reason, QString::fromStdString(run.folder())));
        Q_EMIT runEnded(keyOf(owner.number, run.id()));
    }
    runsChanged_ = true;
    publishSoon();
    if (!owner.client.runs().empty()) return;
    QTimer::singleShot(0, this, [this, number = owner.number] {  // not while it emits a signal
        std::erase_if(owners_, [&](const auto& known) { return known->number == number; });
    });
}

void RunBridge::startOwner() {
    patience_->start();
    QProcess process;
    process.setProgram(commandLineProgram());
    process.setArguments({QStringLiteral("serve")});
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    if (process.startDetached()) return;
    patience_->stop();
    waiting_.clear();
    Q_EMIT problem(tr("%1 cannot be started; it belongs beside this program.").arg(commandLineProgram()));
}

RunBridge::Owner* RunBridge::ownerOf(RunKey key) const {
    const auto found = std::find_if(owners_.begin(), owners_.end(),
                                    [&](const auto& owner) { return owner->number == key >> runBits; });
    return found == owners_.end() ? nullptr : found->get();
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
            Q_EMIT problem(sentence);
        });
}

void RunBridge::resumeFolder(const QString& folder) { startFolder(folder); }

void RunBridge::startFolder(const QString& folder) {
    waiting_.append(folder);
    if (idleOwner()) return startWaiting();
    if (!patience_->isActive()) startOwner();
}

void RunBridge::startWaiting() {
    patience_->stop();
    for (const QString& folder : std::exchange(waiting_, {}))
        idleOwner()->client.start(std::filesystem::absolute(folder.toStdString()));
}

QList<RunKey> RunBridge::runs() const {
    QList<RunKey> keys;
    for (const auto& owner : owners_)
        for (const RunState& run : owner->client.runs()) keys.append(keyOf(owner->number, run.id()));
    return keys;
}

const RunState* RunBridge::run(RunKey key) const {
    const Owner* owner = ownerOf(key);
    return owner ? owner->client.run(runOf(key)) : nullptr;
}

RunKey RunBridge::current() const {
    for (const auto& owner : owners_)
        if (const RunState* run = owner->client.current()) return keyOf(owner->number, run->id());
    return 0;
}

std::string RunBridge::textSoFar(RunKey key, qint64 item) const {
    const auto run = growing_.find(key);
    if (run == growing_.end()) return {};
    const auto text = run->second.find(item);
    return text == run->second.end() ? std::string() : text->second;
}

std::shared_ptr<const RunPlan> RunBridge::plan(RunKey key) {
    if (const auto known = plans_.find(key); known != plans_.end()) return known->second;
    const RunState* state = run(key);
    if (!state || loading_.contains(key)) return nullptr;
    loading_.insert(key);
    inBackground(
        this, [folder = state->folder()] { return readPlan(folder); },
        [this, key](const std::shared_ptr<const RunPlan>& plan) {
            if (!plan) return;  // stays in loading_: not tried again
            loading_.remove(key);
            plans_[key] = plan;
            Q_EMIT planLoaded(key);
        });
    return nullptr;
}

// Commands

template <typename Command>
void RunBridge::command(RunKey key, Command command) {
    Owner* owner = ownerOf(key);
    if (owner && !owner->gone) command(owner->client, runOf(key));
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
        client.move_run(run, ownerOf(before) == ownerOf(key) ? runOf(before) : -1);
    });
}

void RunBridge::enableWorker(RunKey key, int worker, bool enabled) {
    command(key, [&](RunClient& client, int64_t run) { client.enable_worker(run, worker, enabled); });
}

void RunBridge::remove(RunKey key) {
    Owner* owner = ownerOf(key);
    if (!owner) return;
    if (!owner->gone) return owner->client.remove(runOf(key));
    std::erase_if(owners_, [&](const auto& known) { return known.get() == owner; });  // with all its runs
    runsChanged_ = true;
    publishSoon();
}

// Events from owners

void RunBridge::take(Owner& owner, const client::FromOwner& event) {
    std::visit(
        [&](const auto& body) {
            if constexpr (requires { handle(0, body); }) {
                if constexpr (requires { body.run; })
                    handle(keyOf(owner.number, body.run), body);
                else
                    handle(0, body);
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
    if (const ResultFile* file = made.file())
        now.images.append({key, made.item, QString::fromStdString(run(key)->folder()),
                           QString::fromStdString(file->name), done.seed, made.seconds, made.worker});
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
    if (warning.message != paused_words && warning.message != resumed_words)  // which the phase says
        Q_EMIT noticed(key, QString::fromStdString(warning.message));
}

void RunBridge::handle(RunKey key, const client::Removed&) {
    changes_.erase(key);
    plans_.erase(key);
    growing_.erase(key);
    loading_.remove(key);
    runsChanged_ = true;
    publishSoon();
}

void RunBridge::handle(RunKey, const client::RunOrder&) {
    runsChanged_ = true;
    publishSoon();
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
