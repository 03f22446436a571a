#pragma once

#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "core/run/meeting_place.h"
#include "core/run/worker_process.h"

namespace fanlight {

/// An idle worker with a loaded model.
struct WarmWorker {
    std::vector<protocol::Load> loads;                      ///< by process
    std::vector<std::unique_ptr<WorkerProcess>> processes;  ///< one, or the stages of a pipeline
    std::unique_ptr<MeetingPlace> meeting_place;            ///< of the stages
};

/// Keeps the workers of a run for the next one. A worker whose model the next run does not need is ended rather than
/// given another one: a fresh process has all its memory, and starts in about 0.3 s. Lives in the thread of its event
/// loop.
class WarmWorkers {
public:
    /// Workers that are not taken for this long are ended.
    explicit WarmWorkers(double idle_seconds);

    void keep(WarmWorker worker);
    /// A worker that holds everything that these loads require.
    std::optional<WarmWorker> take(const std::vector<protocol::Load>& loads);
    /// Ends workers that occupy memory of the devices that `workers` will use, unless they can serve as one of them.
    void make_room(const std::vector<std::vector<protocol::Load>>& workers);

    int size() const { return static_cast<int>(workers_.size()); }

private:
    void remove_ended();

    std::vector<WarmWorker> workers_;
    QTimer idle_;
    QTimer cleanup_;  ///< deletes ended workers later, since a process must not be deleted within its own callback
};

}  // namespace fanlight
