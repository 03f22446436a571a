#include "core/run/process_group.h"

#include <signal.h>
#include <unistd.h>

#include <QEventLoop>
#include <QProcess>
#include <QTimer>
#include <cstdio>
#include <memory>
#include <optional>

#include "core/run/child_process.h"
#include "core/run/stop_requests.h"
#include "core/run/worker_process.h"

namespace fanlight {

namespace {

class Watch {
public:
    explicit Watch(const ProcessGroup& group) : group_(group) {
        for (QTimer* timer : {&ender_, &killer_}) timer->setSingleShot(true);
        QObject::connect(&ender_, &QTimer::timeout, &ender_, [this] { end_all(); });
        QObject::connect(&killer_, &QTimer::timeout, &killer_, [this] { signal_all(SIGKILL); });
    }

    ExitCode run() {
        const StopRequests stop_requests([this](int times) { stop(times); });
        for (int local_rank = 0; local_rank < group_.ranks.local_world_size; ++local_rank) start(local_rank);
        if (running() > 0) loop_.exec();
        if (interrupted_) return ExitCode::Interrupted;
        if (failure_) throw Error("%1; finish the run with --resume", *failure_);
        return some_failed_ ? ExitCode::SomeItemsFailed : ExitCode::Done;
    }

private:
    void start(int local_rank) {
        QProcess& process = *processes_.emplace_back(std::make_unique<QProcess>());
        process.setProcessEnvironment(environment_with(rank_environment(group_.ranks, local_rank, group_.environment)));
        process.setProcessChannelMode(QProcess::ForwardedChannels);
        process.setChildProcessModifier([owner = ::getpid()] { tie_to_owner_in_own_group(owner); });
        QStringList arguments;
        for (const std::string& argument : group_.arguments) arguments << QString::fromStdString(argument);
        QObject::connect(
            &process, &QProcess::finished, &process,
            [this, local_rank](int code, QProcess::ExitStatus status) { ended(local_rank, code, status); });
        QObject::connect(&process, &QProcess::errorOccurred, &process,
                         [this, local_rank](QProcess::ProcessError error) {
                             if (error == QProcess::FailedToStart)
                                 fail(local_rank, "cannot be started: " + group_.program);
                         });
        process.start(QString::fromStdString(group_.program), arguments);
    }

    void ended(int local_rank, int code, QProcess::ExitStatus status) {
        const bool partly = status == QProcess::NormalExit && code == static_cast<int>(ExitCode::SomeItemsFailed);
        if (status != QProcess::NormalExit)
            fail(local_rank, "was killed by signal " + std::to_string(code));
        else if (code != 0 && !partly)
            fail(local_rank, "ended with status " + std::to_string(code));
        else if (!led_ || leads(local_rank))
            some_failed_ |= partly;
        if (leads(local_rank) && !failure_) settle();
        if (running() == 0) loop_.quit();
    }

    bool leads(int local_rank) const { return group_.ranks.first_rank + local_rank == 0; }

    void fail(int local_rank, const std::string& what) {
        const std::string sentence = "Rank " + std::to_string(group_.ranks.first_rank + local_rank) + " " + what;
        if (running() == 0) loop_.quit();
        if (interrupted_ || settled_ || failure_) return;
        if (led_ && !leads(local_rank)) {
            std::fprintf(stderr, "%s; the others make what it leaves.\n", sentence.c_str());
            return;
        }
        failure_ = sentence;
        if (led_) end_all();
    }

    /// Rank 0 has exited and thereby decided how the run ended.
    void settle() {
        settled_ = true;
        ender_.start(static_cast<int>(group_.grace_seconds * 1000));
    }

    void stop(int times) {
        interrupted_ = true;
        if (times == 1)
            end_all();
        else
            signal_all(SIGKILL);
    }

    void end_all() {
        signal_all(SIGTERM);
        killer_.start(static_cast<int>(group_.grace_seconds * 1000));
    }

    void signal_all(int signal) {
        for (const auto& process : processes_)
            if (process->processId() > 0) ::kill(static_cast<pid_t>(process->processId()), signal);
    }

    int running() const {
        int count = 0;
        for (const auto& process : processes_) count += process->state() != QProcess::NotRunning;
        return count;
    }

    const ProcessGroup& group_;
    const bool led_ = group_.ranks.first_rank == 0;  ///< rank 0 is among these processes
    std::vector<std::unique_ptr<QProcess>> processes_;
    QEventLoop loop_;
    QTimer ender_, killer_;
    std::optional<std::string> failure_;
    bool interrupted_ = false, settled_ = false, some_failed_ = false;
};

}  // namespace

std::map<std::string, std::string> rank_environment(const RankRange& ranks, int local_rank,
                                                    const std::map<std::string, std::string>& common) {
    std::map<std::string, std::string> environment = common;
    environment["RANK"] = std::to_string(ranks.first_rank + local_rank);
    environment["LOCAL_RANK"] = std::to_string(local_rank);
    environment["WORLD_SIZE"] = std::to_string(ranks.world_size);
    environment["LOCAL_WORLD_SIZE"] = std::to_string(ranks.local_world_size);
    return environment;
}

ExitCode run_processes(const ProcessGroup& group) { return Watch(group).run(); }

}  // namespace fanlight
