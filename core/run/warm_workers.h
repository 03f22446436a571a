#pragma once

#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "core/run/meeting_place.h"
#include "core/run/worker_process.h"

namespace fanlight {

/// A worker with a model in its memory and nothing to do.
struct WarmWorker {
    std::vector<protocol::Load> loads;                      ///< of each process
    std::vector<std::unique_ptr<WorkerProcess>> processes;  ///< one, or the stages of a pipeline
    std::unique_ptr<MeetingPlace> meeting_place;            ///< of the stages
};

/// Keeps the workers of a run for the next one. A worker whose model the next run does not want is not given another
/// one but ended: a fresh process has all its memory, and starts in about 0.3 s.
/// Lives in the thread of its event loop.
class WarmWorkers {
public:
    /// Those that nobody takes for so long are ended.
    explicit WarmWorkers(double idle_seconds);

    void keep(WarmWorker worker);
    /// One that holds all that these loads ask for.
    std::optional<WarmWorker> take(const std::vector<protocol::Load>& loads);
    /// Ends those that hold memory of a device that these workers use, unless they are such a worker.
    void make_room(const std::vector<std::vector<protocol::Load>>& workers);

    int size() const { return static_cast<int>(workers_.size()); }

private:
    void forget_dead();

    std::vector<WarmWorker> workers_;
    QTimer idle_;
    QTimer burial_;  ///< a process that ends must not be deleted while it says so
};

}  // namespace fanlight
