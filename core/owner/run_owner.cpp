#include "core/owner/run_owner.h"

#include <unistd.h>

#include <QEventLoop>
#include <QFileSystemWatcher>
#include <QProcess>
#include <QTimer>
#include <algorithm>
#include <memory>
#include <optional>

#include "core/base/file.h"
#include "core/base/file_lock.h"
#include "core/config/program_paths.h"
#include "core/config/user_folders.h"
#include "core/owner/run_board.h"
#include "core/owner/run_server.h"
#include "core/owner/run_sockets.h"
#include "core/run/stop_requests.h"
#include "core/run/warm_workers.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr int others_ms = 2000, clock_ms = 1000;

/// A board and the server that makes it available to clients.
class Door {
public:
    explicit Door(bool stays)
        : stays_(stays), board_(stays, [this](const client::FromOwner& message) {
              if (server_) server_->broadcast(message);
          }) {
        std::error_code ignored;  // whoever changes the queue says so
        fs::create_directories(state_folder(), ignored);
        watcher_.addPath(QString::fromStdString(state_folder().string()));
        QObject::connect(&watcher_, &QFileSystemWatcher::directoryChanged, [this] { board_.read_queue(); });
        clock_.callOnTimeout([this] { board_.keep_quiet_hours(); });
        clock_.start(clock_ms);
    }

    void open(const fs::path& socket) {
        fs::remove(socket);  // left by a killed owner: nobody else listens under this name
        RunServer::Hooks hooks;
        hooks.snapshot = [this] { return board_.snapshot(); };
        hooks.obey = [this](const client::ToOwner& command) { board_.obey(command); };
        hooks.clients_changed = [this] {
            board_.on_wake();
            board_.show_previews(server_->previews_wanted());
        };
        server_ = std::make_unique<RunServer>(socket, stays_, std::move(hooks));
        board_.set_socket(socket);
    }

    RunBoard& board() { return board_; }
    int clients() const { return server_->clients(); }

private:
    const bool stays_;
    RunBoard board_;
    std::unique_ptr<RunServer> server_;
    QFileSystemWatcher watcher_;
    QTimer clock_;
};

UniqueFd lock_against_others() {
    // A client holds it for a moment while it removes a dead socket.
    constexpr double patience_seconds = 0.5;
    if (UniqueFd fd = lock_file(idle_owner_lock(), patience_seconds)) return fd;
    const std::string reason = errno_text();
    throw Error("A run owner already listens at %1 (%2); use that one", idle_owner_socket(), reason);
}

/// Waits for something to do. Returns false if it is time to exit.
bool wait_for_work(Door& door, double idle_seconds) {
    RunBoard& board = door.board();
    QEventLoop loop;
    QTimer idle;
    const StopRequests stop_requests([&](int) { loop.quit(); });
    idle.setSingleShot(true);
    idle.setInterval(static_cast<int>(idle_seconds * 1000));
    idle.callOnTimeout([&] { loop.quit(); });
    board.on_wake = [&] {
        if (board.shutdown_requested() || board.may_begin()) loop.quit();
        door.clients() > 0 || board.is_queued() ? idle.stop() : idle.start();
    };
    board.on_wake();
    if (!board.shutdown_requested() && !board.may_begin()) loop.exec();
    board.on_wake = [] {};
    return board.may_begin() && !board.shutdown_requested();
}

/// Ends an idle owner, unless a run has been queued of which it does not know yet: whoever does that looks for an owner
/// afterwards, and finds this one, or none and starts another. Returns whether it has ended.
bool step_down(std::optional<Door>& door, UniqueFd& lock) {
    bool is_needed = false;
    try {
        RunQueue().change([&](KnownRuns& runs) {
            is_needed = std::any_of(runs.begin(), runs.end(),
                                    [](const KnownRun& run) { return run.phase == RunPhase::Queued; });
            if (is_needed) return;
            door.reset();  // first, lest it removes another owner's socket
            lock = UniqueFd();
        });
    } catch (const Error&) {  // nobody can queue a run, either
    }
    return !is_needed;
}

}  // namespace

RunResult run_batch_served(RunOptions options, const MakeListener& make_listener) {
    Door door(false);
    std::optional<RunWarning> warning;
    try {
        door.open(sockets_folder() / ("run-" + std::to_string(::getpid()) + ".sock"));
    } catch (const Error& error) {
        warning = RunWarning{Sentence("%1; the run is made all the same", sentence_of(error))};
    }
    return run_batch(std::move(options), [&](const RunFolder& run, RunControl& control) -> RunListener {
        const RunListener listener = make_listener(run, control);
        if (warning) listener(*warning);
        return [listener, show = door.board().open(run, control)](const RunEvent& event) {
            listener(event);
            show(event);
        };
    });
}

RunResult run_batch_served(RunOptions options, const RunListener& listener) {
    return run_batch_served(std::move(options), [&](const RunFolder&, RunControl&) { return listener; });
}

bool is_idle_owner_up() { return is_locked(idle_owner_lock()); }

void start_idle_owner() {
    const QString program = QString::fromStdString(fanlight_program().string());
    QProcess process;
    process.setProgram(program);
    process.setArguments({"serve"});
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    if (!process.startDetached())
        throw Error("%1 cannot be started; it belongs beside this program", program.toStdString());
}

void serve_runs(const IdleOwnerOptions& options) {
    const fs::path socket = idle_owner_socket();
    UniqueFd lock = lock_against_others();
    const int stop_requests = StopRequests::ever();
    WarmWorkers warm(options.idle_seconds);
    std::optional<Door> door(std::in_place, true);
    RunBoard& board = door->board();
    board.take_up_queue();
    door->open(socket);
    QTimer others;  // a process that is killed says nothing
    others.callOnTimeout([&] { board.find_left_runs(); });
    others.start(others_ms);
    const auto is_told_to_end = [&] { return StopRequests::ever() != stop_requests || board.shutdown_requested(); };
    while (!is_told_to_end()) {
        if (!wait_for_work(*door, options.idle_seconds)) {
            if (is_told_to_end() || step_down(door, lock)) return;
            board.read_queue();
            continue;
        }
        RunOptions run = options.run;
        run.folder = board.begin_next();
        if (run.folder.empty()) continue;  // another process has just taken it from the queue
        run.plan.reset();
        run.warm = &warm;
        try {
            run_batch(run, [&](const RunFolder& folder, RunControl& control) { return board.open(folder, control); });
        } catch (const std::exception& error) {
            board.run_failed(sentence_of(error));
        }
    }
}

}  // namespace fanlight
