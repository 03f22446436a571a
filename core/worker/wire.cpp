#include "core/worker/wire.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/file.h"

namespace fanlight {

Wire Wire::take_standard_streams() {
    UniqueFd in(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    UniqueFd out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!in || !out) throw Error("The worker has no standard input and output; it is started by fanlight, not by hand");
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ::dup2(null.get(), STDIN_FILENO);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    return {std::move(in), std::move(out)};
}

void Wire::send(const protocol::FromWorker& message) {
    const std::string line = protocol::to_line(message) + "\n";
    const std::lock_guard lock(sending_);
    for (size_t sent = 0; sent < line.size();) {
        const ssize_t count = ::write(out_.get(), line.data() + sent, line.size() - sent);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw Error("The run owner no longer listens: %1", errno_text());
        sent += static_cast<size_t>(count);
    }
}

std::optional<protocol::ToWorker> Wire::receive() {
    for (;;) {
        if (const auto line = lines_.next()) return protocol::to_worker(*line);
        char buffer[1 << 16];
        const ssize_t count = ::read(in_.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw Error("Cannot read from the run owner: %1", errno_text());
        if (count == 0) return std::nullopt;
        lines_.feed({buffer, static_cast<size_t>(count)});
    }
}

}  // namespace fanlight
