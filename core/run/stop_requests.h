#pragma once

#include <QSocketNotifier>
#include <functional>

namespace fanlight {

/// Forwards request_stop() (run_batch.h), which may be called in a signal handler, to this thread's event loop. One
/// instance at a time per process.
class StopRequests {
public:
    /// `requested` receives how often a stop has been requested so far.
    explicit StopRequests(std::function<void(int times)> requested);
    ~StopRequests();
    StopRequests(const StopRequests&) = delete;
    StopRequests& operator=(const StopRequests&) = delete;

    /// How often a stop has been requested since the process started.
    static int ever();

private:
    QSocketNotifier notifier_;
};

}  // namespace fanlight
