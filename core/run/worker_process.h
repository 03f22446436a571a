#pragma once

#include <QProcess>
#include <QProcessEnvironment>
#include <QTimer>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/sentence.h"
#include "core/protocol/line_reader.h"

namespace fanlight {

/// The environment of this process with these variables (pairs of strings) in addition, for one that is to be started.
/// Unless the user says how long, its OpenMP threads wait only a moment for each other before they sleep: the default
/// of libgomp is milliseconds, in which a core that is busy with something else is kept from it, and a text's many
/// short steps take a hundred times as long.
template <typename Variables>
QProcessEnvironment environment_with(const Variables& variables) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!environment.contains("GOMP_SPINCOUNT") && !environment.contains("OMP_WAIT_POLICY"))
        environment.insert("GOMP_SPINCOUNT", "5000");
    for (const auto& [name, value] : variables)
        environment.insert(QString::fromStdString(name), QString::fromStdString(value));
    return environment;
}

/// One process of a worker, which speaks the protocol on its standard streams. It dies with its owner (end of its
/// standard input, and the kernel's parent-death signal), and has its own process group, so that a Ctrl-C in the
/// terminal reaches only the owner. Lives in the thread of its event loop, and the process does not outlive that
/// thread.
class WorkerProcess {
public:
    /// The callbacks must not delete the WorkerProcess.
    struct Callbacks {
        /// Throws Error if the message is not plausible; the worker is then killed.
        std::function<void(const protocol::FromWorker&)> said;
        /// Called once, as the last callback; `reason` is "was killed by signal 9 (Killed)" or similar.
        std::function<void(const Sentence& reason)> ended;
    };

    struct Options {
        std::string program;                                           ///< started with the argument `serve`
        std::string log_file;                                          ///< its standard error is appended here
        std::vector<std::pair<std::string, std::string>> environment;  ///< variables in addition to the owner's
        double silence_seconds =
            15;  ///< terminated after this long without a message (four times as long before the first)
    };

    WorkerProcess(const Options& options, Callbacks callbacks);
    /// Kills the process.
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// Replaces the callbacks. Not to be called in a callback.
    void set_callbacks(Callbacks callbacks) { callbacks_ = std::move(callbacks); }

    void send(const protocol::ToWorker& message);

    /// SIGTERM, and SIGKILL 3 s later, the only signal that a stopped or stuck process obeys. `reason` is passed to
    /// ended().
    void terminate(const Sentence& reason);
    /// SIGKILL; messages not yet handled are ignored.
    void kill(const Sentence& reason);
    /// Asks the process to write its finished pictures and exit; after `grace_seconds` it is terminated.
    void quit(double grace_seconds);

    /// Terminates it after this many seconds, unless spare() is called before.
    void terminate_after(double seconds, const Sentence& reason);
    void spare() { last_resort_.stop(); }

    /// Seconds that its threads have computed, on all cores together; 0 if unknown.
    double cpu_seconds() const;

    bool ended() const { return ended_; }
    /// Neither ended nor being terminated.
    bool in_service() const { return !ended_ && reason_.empty(); }

private:
    void read();
    void watch();
    void end(const Sentence& reason);
    void after_ms(int delay, std::function<void()> harder_way);
    Sentence how_it_ended() const;

    const Options options_;
    Callbacks callbacks_;
    QProcess process_;
    QTimer watchdog_;
    QTimer last_resort_;
    protocol::LineReader lines_;
    int silent_ticks_ = 0;  ///< of the watchdog, not of a clock, so that a suspended owner does not blame its workers
    bool has_spoken_ = false;
    Sentence reason_;        ///< why this side ended it
    bool ignoring_ = false;  ///< it violated the protocol: further messages are ignored
    bool ended_ = false;
};

}  // namespace fanlight
