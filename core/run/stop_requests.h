#pragma once

#include <QSocketNotifier>
#include <functional>

namespace fanlight {

/// Carries request_stop() (run_batch.h), which may come out of a signal handler, into the event loop of this thread.
/// One at a time in a process.
class StopRequests {
public:
    /// `requested` is told how often a stop has been asked for so far.
    explicit StopRequests(std::function<void(int times)> requested);
    ~StopRequests();
    StopRequests(const StopRequests&) = delete;
    StopRequests& operator=(const StopRequests&) = delete;

    /// How often a stop has been asked for since the process began.
    static int ever();

private:
    QSocketNotifier notifier_;
};

}  // namespace fanlight
