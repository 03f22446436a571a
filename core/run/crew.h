#pragma once

#include <QObject>
#include <QTimer>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/devices/visible_devices.h"
#include "core/protocol/events.h"
#include "core/run/meeting_place.h"
#include "core/run/progress_watch.h"
#include "core/run/warm_workers.h"
#include "core/run/worker_process.h"

namespace fanlight {

/// Receives a crew's events.
class CrewListener {
public:
    virtual ~CrewListener() = default;

    virtual void worker_changed(int worker, WorkerState state, const Sentence& detail) = 0;
    /// The number of the model that the worker is to load first.
    virtual int model_for(int worker) = 0;
    /// The worker cannot load the model; it goes on with others.
    virtual void model_refused(int worker, int model, const Sentence& reason) = 0;
    /// The model is loaded; the worker can be given work.
    virtual void worker_loaded(int worker, const protocol::Loaded& loaded) = 0;
    /// Any message except hello, loaded and heartbeats. Throws Error if the message is not plausible.
    virtual void message_received(int worker, const protocol::FromWorker& message) = 0;
    /// The worker died, with its leased items. Returns whether an item has been found to be at fault, rather than the
    /// worker.
    virtual bool worker_died(int worker, const Sentence& reason) = 0;
    /// What it has to say for the run's log.
    virtual void worker_said(int worker, const Sentence& note) = 0;
    /// The worker will not be restarted.
    virtual void worker_gone(int worker, const Sentence& reason) = 0;
    /// After quit() or kill(): no process is left.
    virtual void crew_left() = 0;
};

/// The loads of all workers for one model: by worker, then by process.
using ModelLoads = std::vector<std::vector<protocol::Load>>;

/// Supervises the workers. A worker is one process on its device, or a pipeline: one process per stage, which live and
/// die together. Starts it, loads a model, restarts it 1, 2, 4 s after it died, and stops using it ("fenced") if it
/// cannot load the run's only model, dies three times in a row with no item done and none at fault, or ten times with
/// no item done at all. Lives in the thread of its event loop.
class Crew {
public:
    struct Options {
        std::string program;
        std::filesystem::path logs;      ///< folder of worker-N.log, worker-N-stage-K.log
        std::vector<ModelLoads> models;  ///< at least one; on the same devices
        double silence_seconds = 15;
        double backoff_seconds = 1;
        std::vector<Device> devices;  ///< of this machine, for their UUIDs
        double stall_seconds = 900;   ///< without progress while working: the worker hangs (ProgressWatch)
        WarmWorkers* warm = nullptr;  ///< where workers are taken from and left in the end, if not null
    };

    Crew(Options options, CrewListener& listener);

    /// Starts the first `count` workers, using warm ones if available; the others replace those that are fenced.
    void start(int count);
    /// Of the model that it has loaded.
    void give(int worker, const protocol::Generate& work);
    /// Has an idle worker load another model. Until worker_loaded() it can be given no work.
    void load(int worker, int model);
    /// Adds a model that differs from another one in its recipe, on the same devices.
    void add_model(int like, const Recipe& recipe);
    /// Which it has, or is loading.
    int model_of(int worker) const { return members_[worker].model; }
    /// Asks the worker to drop these items (empty: all); it replies which it dropped.
    void cancel(int worker, const std::vector<int64_t>& items);
    void show_previews(bool wanted);
    /// The worker has made an item, found that it cannot be made, or dropped it; `idle`: it has nothing else to do.
    void item_finished(int worker, bool idle);

    /// Ends all workers once their pictures are written; with `cancel`, unfinished ones are dropped. With `keep`,
    /// usable workers are kept warm.
    void quit(bool cancel, bool keep);
    void kill();

    int size() const { return static_cast<int>(members_.size()); }
    /// Whether the worker can be given work.
    bool at_work(int worker) const;
    /// Whether any worker is running, or will be restarted.
    bool any_alive() const;
    /// "Worker 1 (cuda:0)"
    Sentence name(int worker) const;

private:
    struct Process {
        std::unique_ptr<WorkerProcess> process;
        std::optional<protocol::Loaded> loaded;
        bool greeted = false;
        protocol::Stats stats;
        std::uintmax_t log_start = 0;  ///< where this process's output starts in the log file
    };
    struct Member {
        std::vector<Process> processes;
        std::unique_ptr<MeetingPlace> meeting_place;  ///< of a pipeline's stages
        int model = 0;
        std::map<int, int> failed_loads;  ///< how often it died while it loaded a model, in a row
        WorkerState state = WorkerState::Stopped;
        bool adopted = false;        ///< taken warm, and has not yet confirmed that it holds the model
        Sentence death;              ///< why the first process died; the others follow it
        int unexplained_deaths = 0;  ///< in a row
        int deaths_since_item = 0;
        int device_losses = 0;  ///< how often the device has failed under it
        ProgressWatch progress{0, 1};
    };

    const std::vector<protocol::Load>& loads_of(int worker) const {
        return options_.models[members_[worker].model][worker];
    }
    bool has_choice() const { return options_.models.size() > 1; }
    /// The GPUs that the worker's process sees.
    VisibleDevices visible_to(int worker, int process) const;
    void launch(int worker);
    bool adopt(int worker);
    void launch_later(int worker, int delay_ms);
    WorkerProcess::Callbacks callbacks(int worker, int process);
    void send_load(int worker, int process);
    void receive(int worker, int process, const protocol::FromWorker& message);
    void greet(int worker, int process, const protocol::Hello& hello);
    void loaded(int worker, int process, const protocol::Loaded& loaded);
    void take_stats(int worker, int process, const protocol::Stats& stats);
    void refuse_model(int worker, const Sentence& reason);
    void failed_whole(int worker, int process, const protocol::Failed& failed);
    void ended(int worker, int process, const Sentence& reason);
    void died(int worker);
    void restart(int worker, const Sentence& reason);
    void fence(int worker, const Sentence& reason);
    void leave(int worker, bool cancel);
    void hand_over(int worker);
    void hand_over_soon(int worker);
    void tick();
    void leave_if_empty();
    void set_state(int worker, WorkerState state, const Sentence& detail);
    static bool all_ended(const Member& member);
    Sentence name_of_process(int worker, int process) const;
    std::filesystem::path log_file(int worker, int process) const;

    Options options_;
    CrewListener& listener_;
    std::vector<Member> members_;
    int started_ = 0;  ///< number of members_ started so far, from the front
    bool previews_ = false;
    bool quitting_ = false;
    bool keep_ = false;
    bool left_ = false;
    QObject timers_;  ///< context of the back-off timers, so that none fires after the crew is destroyed
    QTimer watch_;
};

}  // namespace fanlight
