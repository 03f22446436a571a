#pragma once

#include <QObject>
#include <QTimer>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/protocol/events.h"
#include "core/run/meeting_place.h"
#include "core/run/warm_workers.h"
#include "core/run/worker_process.h"

namespace fanlight {

/// What a crew tells the one who leads it.
class CrewListener {
public:
    virtual ~CrewListener() = default;

    virtual void worker_changed(int worker, WorkerState state, const std::string& detail) = 0;
    /// The model is in its memory; it can be given work.
    virtual void worker_loaded(int worker, const protocol::Loaded& loaded) = 0;
    /// Anything but hello, loaded and heartbeats. Throws Error when it is not to be believed.
    virtual void worker_said(int worker, const protocol::FromWorker& message) = 0;
    /// It died with what it held. Returns whether an item has been found to be at fault: then it is not the worker's.
    virtual bool worker_died(int worker, const std::string& reason) = 0;
    /// It will not be started again.
    virtual void worker_gone(int worker, const std::string& reason) = 0;
    /// After quit() or kill(): no process is left.
    virtual void crew_left() = 0;
};

/// Keeps the workers running. A worker is one process on its device, or a pipeline: a process a stage, which live and
/// die together. Starts it, loads the model, starts it again 1, 2, 4 s after it died, and gives it up ("fenced") when
/// it cannot load the model, dies three times in a row with no item made and none at fault, or ten times with none made
/// at all. Lives in the thread of its event loop.
class Crew {
public:
    struct Options {
        std::string program;
        std::filesystem::path logs;                      ///< folder of worker-N.log, worker-N-stage-K.log
        std::vector<std::vector<protocol::Load>> loads;  ///< by worker, then by process
        double silence_seconds = 15;
        double backoff_seconds = 1;
        double stall_seconds = 900;   ///< at work and alive but with nothing to say: it hangs (see is_stalled())
        WarmWorkers* warm = nullptr;  ///< where workers come from and are left to, if anywhere
    };

    Crew(Options options, CrewListener& listener);

    /// Starts the first `count` workers, warm ones where there are any; the others step in for those that are fenced.
    void start(int count);
    void give(int worker, const protocol::Generate& work);
    /// It is to give these items up (empty: all that it has), and says which it does.
    void cancel(int worker, const std::vector<int64_t>& items);
    void show_previews(bool wanted);
    /// The worker made an item, proved that it cannot be made, or gave it up; `idle`: and has nothing else to do.
    void item_finished(int worker, bool idle);

    /// All leave: once what is made is written, with `cancel` giving up what is not. With `keep` those that can work on
    /// stay warm.
    void quit(bool cancel, bool keep);
    void kill();

    int size() const { return static_cast<int>(members_.size()); }
    /// Can be given work.
    bool at_work(int worker) const;
    /// Runs, or will run again.
    bool any_standing() const;
    /// "Worker 1 (cuda:0)"
    std::string name(int worker) const;

private:
    struct Process {
        std::unique_ptr<WorkerProcess> process;
        std::optional<protocol::Loaded> loaded;
        bool greeted = false;
        protocol::Stats stats;
        std::uintmax_t log_start = 0;  ///< of this life, in the log file
    };
    struct Member {
        std::vector<Process> processes;
        std::unique_ptr<MeetingPlace> meeting_place;  ///< of a pipeline's stages
        WorkerState state = WorkerState::Stopped;
        bool adopted = false;        ///< warm, and has not yet said that it holds the model
        std::string death;           ///< of the first process that died; the others follow it
        int unexplained_deaths = 0;  ///< in a row
        int deaths_since_item = 0;
        int silent_ticks = 0;              ///< seconds at work since it said anything but that it lives
        std::optional<int> longest_ticks;  ///< between two things that it said at work
    };

    void launch(int worker);
    bool adopt(int worker);
    void launch_later(int worker, int delay_ms);
    WorkerProcess::Callbacks callbacks(int worker, int process);
    void send_load(int worker, int process);
    void heard(int worker, int process, const protocol::FromWorker& message);
    void greet(int worker, int process, const protocol::Hello& hello);
    void loaded(int worker, int process, const protocol::Loaded& loaded);
    void take_stats(int worker, int process, const protocol::Stats& stats);
    void failed_whole(int worker, int process, const protocol::Failed& failed);
    void ended(int worker, int process, const std::string& reason);
    void died(int worker);
    void restart(int worker, const std::string& reason);
    void fence(int worker, const std::string& reason);
    void leave(int worker, bool cancel);
    void hand_over(int worker);
    void hand_over_soon(int worker);
    void tick();
    bool is_stalled(const Member& member) const;
    void leave_if_empty();
    void set_state(int worker, WorkerState state, const std::string& detail);
    static bool all_ended(const Member& member);
    std::string name_of_process(int worker, int process) const;
    std::filesystem::path log_file(int worker, int process) const;

    const Options options_;
    CrewListener& listener_;
    std::vector<Member> members_;
    int started_ = 0;  ///< the first of members_
    bool previews_ = false;
    bool quitting_ = false;
    bool keep_ = false;
    bool left_ = false;
    QObject timers_;  ///< context of the back-off timers: none fires after the crew is gone
    QTimer watch_;
};

/// The worker program to run: `asked` if given, else $FANLIGHT_WORKER, else `fanlight-worker` beside this program.
/// Throws Error when it cannot be run.
std::string find_worker_program(const std::string& asked);

}  // namespace fanlight
