#pragma once

#include <QProcess>
#include <QTimer>
#include <functional>
#include <string>
#include <utility>

#include "core/protocol/line_reader.h"

namespace fanlight {

/// One life of a worker: a process that speaks the protocol on its standard streams. It dies with its owner (end of its
/// standard input, and the kernel's parent-death signal), and is in a process group of its own, so that a Ctrl-C in the
/// terminal reaches the owner alone. Lives in the thread of its event loop, and the process does not outlive that
/// thread.
class WorkerProcess {
public:
    /// Must not delete the WorkerProcess.
    struct Callbacks {
        /// Throws Error when the message is not to be believed: the worker is killed.
        std::function<void(const protocol::FromWorker&)> said;
        /// Called once, the last of all; `reason` is "was killed by signal 9 (Killed)" or the like.
        std::function<void(const std::string& reason)> ended;
    };

    struct Options {
        std::string program;          ///< started with the argument `serve`
        std::string log_file;         ///< its standard error is appended here
        double silence_seconds = 15;  ///< no message for so long (four times that before the first): it is terminated
    };

    WorkerProcess(const Options& options, Callbacks callbacks);
    /// Kills it.
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// Somebody else is told from now on. Not from within a callback.
    void set_callbacks(Callbacks callbacks) { callbacks_ = std::move(callbacks); }

    void send(const protocol::ToWorker& message);

    /// SIGTERM, and SIGKILL 3 s later: a stopped or stuck process answers only to that. `reason` is what ended() will
    /// say.
    void terminate(const std::string& reason);
    /// SIGKILL, and nothing that it has said since is heard.
    void kill(const std::string& reason);
    /// Asks it to finish what is made and to leave; after `grace_seconds` it is terminated.
    void quit(double grace_seconds);

    /// After so many seconds, unless it is spared before.
    void terminate_after(double seconds, const std::string& reason);
    void spare() { last_resort_.stop(); }

    bool ended() const { return ended_; }
    /// Neither ended nor told to by force.
    bool in_service() const { return !ended_ && reason_.empty(); }

private:
    void read();
    void watch();
    void end(const std::string& reason);
    void after_ms(int delay, std::function<void()> harder_way);
    std::string how_it_ended() const;

    const Options options_;
    Callbacks callbacks_;
    QProcess process_;
    QTimer watchdog_;
    QTimer last_resort_;
    protocol::LineReader lines_;
    int silent_ticks_ = 0;  ///< of the watchdog; not a clock, so that an owner that was suspended blames nobody
    bool has_spoken_ = false;
    std::string reason_;  ///< why we ended it
    bool deaf_ = false;   ///< it broke the protocol: nothing more is believed
    bool ended_ = false;
};

}  // namespace fanlight
