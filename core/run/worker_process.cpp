#include "core/run/worker_process.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "core/run/child_process.h"

namespace fanlight {

namespace {

constexpr int kill_delay_ms = 3000;
constexpr int ticks_of_silence = 20;
constexpr int ticks_to_first_word = 4 * ticks_of_silence;  // time for loading libraries from a slow disk

}  // namespace

WorkerProcess::WorkerProcess(const Options& options, Callbacks callbacks)
    : options_(options), callbacks_(std::move(callbacks)) {
    QObject::connect(&process_, &QProcess::readyReadStandardOutput, &process_, [this] { read(); });
    QObject::connect(&process_, &QProcess::finished, &process_, [this] {
        read();
        end(how_it_ended());
    });
    const auto failed = [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(Sentence("cannot be started: %1", process_.errorString().toStdString()));
    };
    QObject::connect(&process_, &QProcess::errorOccurred, &process_, failed, Qt::QueuedConnection);

    process_.setStandardErrorFile(QString::fromStdString(options.log_file), QIODevice::Append);
    process_.setChildProcessModifier([owner = ::getpid()] { tie_to_owner_in_own_group(owner); });
    process_.setProcessEnvironment(environment_with(options.environment));
    process_.start(QString::fromStdString(options.program), {QStringLiteral("serve")});
    watchdog_.callOnTimeout([this] { watch(); });
    watchdog_.start(static_cast<int>(options.silence_seconds * 1000 / ticks_of_silence));
}

WorkerProcess::~WorkerProcess() {
    process_.disconnect();
    process_.kill();
    process_.waitForFinished(kill_delay_ms);
}

void WorkerProcess::send(const protocol::ToWorker& message) {
    const std::string line = protocol::to_line(message) + "\n";
    process_.write(line.data(), static_cast<qint64>(line.size()));
}

void WorkerProcess::read() {
    const QByteArray bytes = process_.readAllStandardOutput();
    if (ignoring_) return;
    try {
        lines_.feed({bytes.constData(), static_cast<size_t>(bytes.size())});
        while (const auto line = lines_.next()) {
            const auto message = protocol::from_worker(*line);
            has_spoken_ = true;
            silent_ticks_ = 0;
            callbacks_.said(message);
            if (ignoring_) return;
        }
    } catch (const Error& error) {
        kill(Sentence("broke the protocol: %1", error.sentence()));
    }
}

void WorkerProcess::watch() {
    if (++silent_ticks_ <= (has_spoken_ ? ticks_of_silence : ticks_to_first_word)) return;
    watchdog_.stop();
    terminate(Sentence("has not answered for %1 s", silent_ticks_ * watchdog_.interval() / 1000));
}

void WorkerProcess::terminate(const Sentence& reason) {
    if (reason_.empty()) reason_ = reason;
    process_.terminate();
    after_ms(kill_delay_ms, [this] { process_.kill(); });
}

void WorkerProcess::kill(const Sentence& reason) {
    if (reason_.empty()) reason_ = reason;
    ignoring_ = true;
    process_.kill();
}

void WorkerProcess::quit(double grace_seconds) {
    send(protocol::Quit{});
    process_.closeWriteChannel();
    terminate_after(grace_seconds, "did not leave when asked to");
}

void WorkerProcess::terminate_after(double seconds, const Sentence& reason) {
    after_ms(static_cast<int>(seconds * 1000), [this, reason] { terminate(reason); });
}

void WorkerProcess::after_ms(int delay, std::function<void()> harder_way) {
    if (ended_) return;
    last_resort_.disconnect();
    last_resort_.setSingleShot(true);
    last_resort_.callOnTimeout(std::move(harder_way));
    last_resort_.start(delay);
}

Sentence WorkerProcess::how_it_ended() const {
    if (!reason_.empty()) return reason_;
    const int code = process_.exitCode();
    if (process_.exitStatus() == QProcess::NormalExit) return Sentence("ended with exit status %1", code);
    return Sentence("was killed by signal %1 (%2)", code, ::strsignal(code));
}

void WorkerProcess::end(const Sentence& reason) {
    if (std::exchange(ended_, true)) return;
    watchdog_.stop();
    last_resort_.stop();
    callbacks_.ended(reason);
}

double WorkerProcess::cpu_seconds() const {
    std::ifstream file("/proc/" + std::to_string(process_.processId()) + "/stat");
    std::string line;
    std::getline(file, line);
    // The name, in brackets, may contain anything; utime and stime are the 14th and 15th fields.
    std::istringstream rest(line.substr(std::min(line.rfind(')') + 1, line.size())));
    std::string field;
    for (int i = 3; i < 14; ++i) rest >> field;
    double user = 0, system = 0;
    return rest >> user >> system ? (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0;
}

}  // namespace fanlight
