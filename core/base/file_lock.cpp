#include "core/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "core/base/stopwatch.h"

namespace fanlight {

UniqueFd lock_file(const std::filesystem::path& file, double patience_seconds) {
    UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return {};
    // Not flock() without LOCK_NB: whoever holds it may be stopped.
    for (const Stopwatch watch; ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0;) {
        if (errno != EWOULDBLOCK && errno != EINTR) return {};
        if (watch.seconds() >= patience_seconds) {
            errno = EWOULDBLOCK;
            return {};
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return fd;
}

}  // namespace fanlight
