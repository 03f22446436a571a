#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "core/base/stopwatch.h"
#include "core/run/events.h"
#include "core/run/run_control.h"
#include "core/run/run_state.h"

namespace fanlight {

/// All runs of a run owner and where each one stands: hears the events of the one that is being made, obeys clients,
/// and tells them what has changed. Lives in the thread that makes the runs.
class RunBoard : public RunEvents {
public:
    using Tell = std::function<void(const client::FromOwner&)>;

    /// `stays`: the owner goes on after this run and can be given more.
    RunBoard(bool stays, Tell tell) : stays_(stays), tell_(std::move(tell)) {}

    /// The socket that run folders name while their run is being made.
    void set_socket(std::filesystem::path socket) { socket_ = std::move(socket); }

    /// Everything, for one who knows nothing.
    std::vector<client::FromOwner> told() const;

    /// Throws Error when it cannot be done.
    void obey(const client::ToOwner& command);

    /// The next one to be made, which counts as running from now on: its folder. Empty: none is queued.
    std::filesystem::path begin_next();
    /// run_batch() has thrown before or after it opened the folder.
    void run_failed(const std::string& sentence) override;
    bool is_queued() const;
    bool shutdown_requested() const { return shutdown_; }

    /// Whether a client wants to see the pictures in the making.
    void show_previews(bool wanted);

    /// Called when a run has been queued, or the end has been asked for.
    std::function<void()> on_wake = [] {};

    void run_opened(const RunFolder& run, RunControl& control) override;
    void worker_changed(int worker, WorkerState state, const std::string& detail) override;
    void worker_loaded(int worker, const std::string& device_name, const std::string& device_uuid) override;
    void items_leased(int worker, const std::vector<int64_t>& items) override;
    void item_progress(int worker, int64_t item, int step, int of) override;
    void item_preview(int worker, int64_t item, const std::string& png_base64) override;
    void worker_stats(int worker, const WorkerStats& stats) override;
    void item_done(int worker, const Item& item, const Result& result, const RunCounts& counts) override;
    void item_failed(const Item& item, const std::string& kind, const std::string& reason,
                     const RunCounts& counts) override;
    void items_added(const RunCounts& counts) override;
    void warning(const std::string& sentence) override;
    void run_finished(const RunCounts& counts, double seconds, bool interrupted) override;

private:
    void obey(const client::Subscribe&) {}  // the server's
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

    using Runs = std::list<RunState>;
    Runs::iterator find(int64_t id);
    /// The run that is being made, which a command for any other one does not reach.
    RunState& making(int64_t id);
    RunControl& control(int64_t id);
    void enqueue(const std::filesystem::path& folder);
    void move_run(int64_t id, int64_t before);
    void tell_order();
    void set_phase(RunState& run, RunPhase phase, const std::string& message = "");
    void close(RunPhase phase, const std::string& message);
    template <typename Message>
    void change(RunState& run, Message message);

    const bool stays_;
    const Tell tell_;
    std::filesystem::path socket_;
    Runs runs_;  ///< in the order in which they are made
    RunState* making_ = nullptr;
    RunControl* control_ = nullptr;  ///< of making_, once its folder is open
    int64_t last_id_ = 0;
    Stopwatch stopwatch_;  ///< since making_ began
    bool shutdown_ = false;
    bool previews_ = false;  ///< wanted
};

}  // namespace fanlight
