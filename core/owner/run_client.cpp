#include "core/owner/run_client.h"

#include <algorithm>
#include <utility>

#include "core/owner/run_sockets.h"

namespace fanlight {

RunClient::RunClient(QObject* parent) : QObject(parent) {
    connect(&socket_, &QLocalSocket::connected, this, [this] {
        if (is_own_peer(socket_)) return send(client::Subscribe{.previews = previews_});
        lose("The run owner belongs to another user.");
    });
    connect(&socket_, &QLocalSocket::readyRead, this, &RunClient::read);
    connect(&socket_, &QLocalSocket::disconnected, this, [this] { lose("The run owner has ended."); });
    const auto failed = [this](QLocalSocket::LocalSocketError error) {
        if (error == QLocalSocket::PeerClosedError) return;  // disconnected() reports it
        if (error == QLocalSocket::ConnectionRefusedError) remove_dead_socket(path_);
        lose("No run owner answers.");
    };
    connect(&socket_, &QLocalSocket::errorOccurred, this, failed, Qt::QueuedConnection);
}

RunClient::~RunClient() { socket_.disconnect(this); }

void RunClient::connect_to(const std::filesystem::path& socket) {
    disconnect_from_owner();
    attached_ = true;
    path_ = socket;
    socket_.connectToServer(QString::fromStdString(socket.string()));
}

void RunClient::disconnect_from_owner() {
    attached_ = welcomed_ = in_snapshot_ = false;
    socket_.abort();
    lines_ = {};
    runs_.clear();
}

const RunState* RunClient::run(int64_t id) const {
    const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const RunState& run) { return run.id() == id; });
    return found == runs_.end() ? nullptr : &*found;
}

const RunState* RunClient::current() const {
    const auto found = std::find_if(runs_.begin(), runs_.end(), [](const RunState& run) {
        return !run.head().listed && (run.phase() == RunPhase::Running || run.phase() == RunPhase::Paused);
    });
    return found == runs_.end() ? nullptr : &*found;
}

void RunClient::learn(int64_t id, const std::vector<client::FromOwner>& items) {
    if (const RunState* state = run(id); !state || state->knows_items()) return;
    for (const client::FromOwner& message : items) std::visit([this](const auto& body) { apply(body); }, message);
}

// Commands

void RunClient::start(const std::filesystem::path& folder) { send(client::Start{folder.string()}); }
void RunClient::add(int64_t run, const std::string& prompts) { send(client::Add{run, prompts}); }
void RunClient::pause(int64_t run) { send(client::Pause{run}); }
void RunClient::resume(int64_t run) { send(client::Resume{run}); }
void RunClient::cancel(int64_t run, const std::vector<int64_t>& items) { send(client::Cancel{run, items}); }
void RunClient::retry(int64_t run, const std::vector<int64_t>& items) { send(client::Retry{run, items}); }
void RunClient::move_items(int64_t run, const std::vector<int64_t>& items, int64_t before) {
    if (!items.empty()) send(client::Move{run, items, before});
}
void RunClient::move_run(int64_t run, int64_t before) { send(client::Move{run, {}, before}); }
void RunClient::enable_worker(int64_t run, int worker, bool enabled) { send(client::Devices{run, worker, enabled}); }
void RunClient::remove(int64_t run) { send(client::Remove{run}); }
void RunClient::shut_down() { send(client::Shutdown{}); }

void RunClient::send(const client::ToOwner& message) {
    if (socket_.state() != QLocalSocket::ConnectedState) return;
    const std::string line = client::to_line(message) + "\n";
    if (line.size() > protocol::max_line_bytes) {
        Q_EMIT refused("That is too much at once for the run owner; ask for it in smaller parts.");
        return;
    }
    socket_.write(line.data(), static_cast<qint64>(line.size()));
    socket_.flush();  // a window that is closing does not return to the event loop
}

// Messages of the owner

void RunClient::read() {
    const QByteArray bytes = socket_.readAll();
    try {
        lines_.feed({bytes.constData(), static_cast<size_t>(bytes.size())});
        while (attached_) {
            const auto line = lines_.next();
            if (!line) return;
            take(client::from_owner(*line));
        }
    } catch (const Error& error) {
        lose(Sentence("The run owner broke the protocol: %1", error.sentence()));
    }
}

void RunClient::take(const client::FromOwner& message) {
    if (const auto* welcome = std::get_if<client::Welcome>(&message)) {
        if (welcome->protocol != client::version)
            throw Error("it speaks version %1, not %2", welcome->protocol, client::version);
        owner_ = *welcome;
        return;
    }
    if (const auto* refusal = std::get_if<client::Refused>(&message)) {
        Q_EMIT refused(refusal->message);
        return;
    }
    if (const auto* bound = std::get_if<client::Snapshot>(&message)) {
        in_snapshot_ = !bound->complete;
        if (in_snapshot_) return runs_.clear();
        if (!std::exchange(welcomed_, true)) Q_EMIT connected();
        Q_EMIT snapshot();
        return;
    }
    std::visit([this](const auto& body) { apply(body); }, message);
    if (welcomed_ && !in_snapshot_) Q_EMIT happened(message);
}

void RunClient::apply(const client::Run& head) {
    if (run(head.run))
        known(head.run).apply(head);
    else
        runs_.emplace_back(head);
}

void RunClient::apply(const client::Removed& removed) {
    std::erase_if(runs_, [&](const RunState& run) { return run.id() == removed.run; });
}

void RunClient::apply(const client::RunOrder& order) {
    const auto place = [&](const RunState& run) { return std::find(order.runs.begin(), order.runs.end(), run.id()); };
    std::stable_sort(runs_.begin(), runs_.end(),
                     [&](const RunState& a, const RunState& b) { return place(a) < place(b); });
}

RunState& RunClient::known(int64_t id) {
    const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const RunState& run) { return run.id() == id; });
    if (found == runs_.end()) throw Error("there is no run %1", id);
    return *found;
}

void RunClient::lose(const Sentence& reason) {
    if (!std::exchange(attached_, false)) return;
    welcomed_ = in_snapshot_ = false;
    socket_.abort();
    lines_ = {};
    for (RunState& run : runs_) {
        if (run.phase() != RunPhase::Running && run.phase() != RunPhase::Paused) continue;
        client::Run head = run.head();
        head.phase = text_of(RunPhase::Interrupted);
        head.message = reason;
        run.apply(head);
    }
    Q_EMIT lost(reason);
}

}  // namespace fanlight

#include "moc_run_client.cpp"
