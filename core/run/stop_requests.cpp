#include "core/run/stop_requests.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <utility>

#include "core/run/run_batch.h"

namespace fanlight {

namespace {

std::atomic<int> stop_requests{0};  ///< since the process started
std::atomic<int> handled{0};        ///< of these, handled by earlier instances
std::atomic<int> event_fd{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler uses them");

void wake() {
    const uint64_t one = 1;
    if (event_fd >= 0 && ::write(event_fd, &one, sizeof one) < 0) return;  // full: already woken
}

int open_event_fd() {
    event_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (stop_requests > handled) wake();  // requested before there was a listener
    return event_fd;
}

}  // namespace

void request_stop() {
    ++stop_requests;
    wake();
}

StopRequests::StopRequests(std::function<void(int times)> requested)
    : notifier_(open_event_fd(), QSocketNotifier::Read) {
    QObject::connect(&notifier_, &QSocketNotifier::activated, &notifier_, [handler = std::move(requested)] {
        uint64_t count = 0;
        if (::read(event_fd, &count, sizeof count) == sizeof count) handler(stop_requests - handled);
    });
}

StopRequests::~StopRequests() {
    notifier_.setEnabled(false);
    ::close(event_fd.exchange(-1));
    handled = stop_requests.load();
}

int StopRequests::ever() { return stop_requests; }

}  // namespace fanlight
