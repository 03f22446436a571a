#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/base/stopwatch.h"
#include "core/owner/after_commands.h"
#include "core/owner/card_guard.h"
#include "core/owner/run_queue.h"
#include "core/owner/run_state.h"
#include "core/protocol/events.h"
#include "core/run/run_control.h"

namespace fanlight {

struct RunFolder;

/// All runs of an owner and their state: receives the current run's events, carries out clients' commands, and reports
/// changes to them. What it knows of runs besides the current one is what the queue on disk says: it changes that
/// first, and then itself. Lives in the thread that makes the runs.
class RunBoard {
public:
    using Send = std::function<void(const client::FromOwner&)>;

    /// `stays`: the owner stays up after this run, accepts more, and makes those that wait in the queue.
    RunBoard(bool stays, Send send);

    /// The owner begins: takes up what one that died has left in the queue. Throws Error if the queue cannot be used.
    void take_up_queue();
    /// Another process may have changed the queue, a name in it, or the settings.
    void read_queue();
    /// The clock has moved on: begins and ends quiet hours. To be called between the current run's events.
    void keep_quiet_hours();
    /// Another process that made a run may have died. To be called between the current run's events.
    void find_left_runs();

    /// The socket named in a run's folder while it is in progress.
    void set_socket(std::filesystem::path socket) { socket_ = std::move(socket); }

    /// The complete state, as messages for a new client.
    std::vector<client::FromOwner> snapshot() const;

    /// Throws Error if the command cannot be carried out.
    void obey(const client::ToOwner& command);

    /// Starts the next queued run, which counts as running from now on, and returns its folder. Empty: none is queued.
    std::filesystem::path begin_next();
    /// run_batch() has thrown, before or after opening the folder.
    void run_failed(const Sentence& sentence);
    bool is_queued() const;
    /// Whether the next run may begin.
    bool may_begin() const { return is_queued() && quiet_until_.empty(); }
    bool shutdown_requested() const { return shutdown_; }

    /// Whether a client wants previews.
    void show_previews(bool wanted);

    /// Called when a run has been queued, quiet hours have ended, or shutdown has been requested.
    std::function<void()> on_wake = [] {};

    /// A run begins: the one that begin_next() returned, or the only one. Returns the listener that keeps the board up
    /// to date; `control` must stay valid until the run has finished or failed.
    RunListener open(const RunFolder& run, RunControl& control);

private:
    void obey(const client::Subscribe&) {}  // handled by the server
    void obey(const client::Start& command);
    void obey(const client::Add& command);
    void obey(const client::Pause& command);
    void obey(const client::Resume& command);
    void obey(const client::Cancel& command);
    void obey(const client::Retry& command);
    void obey(const client::Move& command);
    void obey(const client::Devices& command);
    void obey(const client::Remove& command);
    void obey(const client::Shutdown& command);

    void handle(const RunStarted&) {}
    void handle(const WorkerChanged& changed);
    void handle(const WorkerLoaded& loaded);
    void handle(const ItemPreview& preview) { send_(client::of_run(current_->id(), preview)); }
    void handle(const ItemsAdded& added);
    void handle(const RunEstimated& estimated);
    void handle(const RunWarning& warning);
    void handle(const RunFinished& finished);
    void handle(const RunFailed& failed) { run_failed(failed.message); }
    template <typename Event>
    void handle(const Event& event) {
        change(*current_, client::of_run(current_->id(), event));
    }

    using Runs = std::list<RunState>;
    Runs::iterator find(int64_t id);
    /// Shows what the queue says of all runs except the current one.
    void show(const KnownRuns& known);
    void record_current();
    /// The current run. Throws Error if `id` is another one.
    RunState& current(int64_t id);
    RunControl& control(int64_t id);
    void start(const std::filesystem::path& folder);
    void move_run(int64_t id, int64_t before);
    void send_order();
    void set_phase(RunState& run, RunPhase phase, const Sentence& message = {});
    void close(RunPhase phase, const Sentence& message);
    bool leave_to_another();
    void take_settings(const QueueSettings& settings);
    /// What the current run says during quiet hours; else empty.
    Sentence quiet_words() const;
    void after(const EndedRun& run);
    void take_name();
    double seconds_worked() const { return seconds_before_ + stopwatch_.seconds(); }
    template <typename Message>
    void change(RunState& run, Message message);

    const bool stays_;
    const Send send_;
    std::filesystem::path socket_;
    RunQueue queue_;
    QueueSettings settings_;   ///< as the queue's file has last been read
    std::string quiet_until_;  ///< "07:00"; empty: it is not quiet now
    EndedQueue ended_;         ///< since runs last began to be made one after the other
    CardGuard cards_;
    KnownRuns known_;  ///< as the queue has last been read
    Runs runs_;        ///< in the order in which they are worked on
    RunState* current_ = nullptr;
    RunControl* control_ = nullptr;  ///< of the current run, once its folder is open
    int64_t last_id_ = 0;
    Stopwatch stopwatch_;        ///< since the current run began
    double seconds_before_ = 0;  ///< that were worked on it before that
    bool shutdown_ = false;
    bool previews_ = false;         ///< whether they are wanted
    bool said_unrecorded_ = false;  ///< that the queue cannot be written
};

}  // namespace fanlight
