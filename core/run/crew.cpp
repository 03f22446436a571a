#include "core/run/crew.h"

#include <unistd.h>

#include <QCoreApplication>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "core/base/file.h"
#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr int max_unexplained_deaths = 3;
constexpr int max_deaths_without_item = 10;
constexpr double quit_seconds = 10;  // to end the step under way and write what is made

std::uintmax_t size_of(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return error ? 0 : size;
}

/// What the program said last, for a message: one short line of clean UTF-8. `start`: where this life's lines begin.
std::string last_line(const fs::path& log, std::uintmax_t start) {
    const auto size = size_of(log);
    if (size <= start) return "";
    std::string tail(std::min<std::uintmax_t>(size - start, 4096), '\0');
    std::ifstream file(log, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(size - tail.size()));
    file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
    std::string line(trimmed(tail));
    line.erase(0, line.rfind('\n') + 1);
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    std::replace_if(line.begin(), line.end(), is_control, ' ');
    if (first_invalid_utf8(line) != std::string::npos) return "";
    return line.size() <= 300 ? line : "";
}

}  // namespace

Crew::Crew(Options options, CrewListener& listener)
    : options_(std::move(options)), listener_(listener), members_(options_.loads.size()) {}

void Crew::start(int count) {
    while (started_ < count) launch(started_++);
}

void Crew::launch(int worker) {
    set_state(worker, WorkerState::Starting, options_.loads[worker].device);
    members_[worker].log_start = size_of(log_file(worker));
    const WorkerProcess::Options process{options_.program, log_file(worker).string(), options_.silence_seconds};
    members_[worker].process = std::make_unique<WorkerProcess>(
        process, WorkerProcess::Callbacks{[this, worker](const auto& message) { heard(worker, message); },
                                          [this, worker](const auto& reason) { ended(worker, reason); }});
}

void Crew::give(int worker, const protocol::Generate& work) {
    members_[worker].process->send(work);
    if (members_[worker].state != WorkerState::Working) set_state(worker, WorkerState::Working, "");
}

void Crew::item_finished(int worker, bool idle) {
    Member& member = members_[worker];
    member.unexplained_deaths = member.deaths_since_item = 0;
    if (idle && member.state == WorkerState::Working) set_state(worker, WorkerState::Ready, "");
}

void Crew::heard(int worker, const protocol::FromWorker& message) {
    if (members_[worker].state == WorkerState::Fenced) return;
    const auto* failed = std::get_if<protocol::Failed>(&message);
    if (const auto* hello = std::get_if<protocol::Hello>(&message))
        greet(worker, *hello);
    else if (const auto* ready = std::get_if<protocol::Loaded>(&message))
        loaded(worker, *ready);
    else if (failed && failed->item < 0 && failed->kind != "disk")
        failed_whole(worker, *failed);
    else if (!std::holds_alternative<protocol::Heartbeat>(message))
        listener_.worker_said(worker, message);
}

void Crew::greet(int worker, const protocol::Hello& hello) {
    if (members_[worker].state != WorkerState::Starting) throw Error("it said hello twice");
    if (hello.protocol != protocol::version)
        throw Error("it speaks version " + std::to_string(hello.protocol) + ", not " +
                    std::to_string(protocol::version) + "; install fanlight and fanlight-worker of one version");
    set_state(worker, WorkerState::Loading, "");
    members_[worker].process->send(options_.loads[worker]);
}

void Crew::loaded(int worker, const protocol::Loaded& loaded) {
    if (members_[worker].state != WorkerState::Loading) throw Error("it loaded a model without being asked to");
    set_state(worker, WorkerState::Ready, loaded.device_name);
    listener_.worker_loaded(worker, loaded);
}

void Crew::failed_whole(int worker, const protocol::Failed& failed) {
    if (members_[worker].state == WorkerState::Loading) {
        members_[worker].process->quit(quit_seconds);
        return fence(worker, name(worker) + " cannot load the model: " + failed.message);
    }
    members_[worker].process->terminate("failed (" + failed.kind + "): " + failed.message);
}

void Crew::ended(int worker, const std::string& reason) {
    Member& member = members_[worker];
    if (quitting_ && member.state != WorkerState::Fenced) set_state(worker, WorkerState::Stopped, "");
    if (!quitting_ && member.state != WorkerState::Fenced) {
        const std::string said = last_line(log_file(worker), member.log_start);
        const std::string sentence = name(worker) + " " + reason + (said.empty() ? "" : "; its log ends: " + said);
        ++member.unexplained_deaths;
        ++member.deaths_since_item;
        set_state(worker, WorkerState::Restarting, sentence);
        if (listener_.worker_died(worker, sentence)) member.unexplained_deaths = 0;
        restart(worker, sentence);
    }
    leave_if_empty();
}

void Crew::restart(int worker, const std::string& reason) {
    if (quitting_) return;
    const Member& member = members_[worker];
    if (member.unexplained_deaths >= max_unexplained_deaths || member.deaths_since_item >= max_deaths_without_item)
        return fence(worker, reason + "; it had died " + std::to_string(member.deaths_since_item) + " times in a row");
    const int doublings = std::max(0, member.unexplained_deaths - 1);
    const auto delay_ms = static_cast<int>(options_.backoff_seconds * 1000) << doublings;
    QTimer::singleShot(delay_ms, &timers_, [this, worker] {
        if (!quitting_) launch(worker);
    });
}

void Crew::fence(int worker, const std::string& reason) {
    set_state(worker, WorkerState::Fenced, reason);
    if (started_ < size() && !quitting_) launch(started_++);
    listener_.worker_gone(worker, reason);
}

void Crew::quit(bool cancel) {
    if (std::exchange(quitting_, true)) return;
    for (int worker = 0; worker < started_; ++worker) {
        Member& member = members_[worker];
        if (member.state == WorkerState::Restarting) set_state(worker, WorkerState::Stopped, "");
        if (!member.process || member.process->ended() || member.state == WorkerState::Fenced) continue;
        if (cancel) member.process->send(protocol::Cancel{});
        member.process->quit(quit_seconds);
    }
    leave_if_empty();
}

void Crew::kill() {
    quitting_ = true;
    for (const Member& member : members_)
        if (member.process && !member.process->ended()) member.process->kill("was told to stop");
    leave_if_empty();
}

void Crew::leave_if_empty() {
    const auto gone = [](const Member& m) { return !m.process || m.process->ended(); };
    if (!quitting_ || left_ || !std::all_of(members_.begin(), members_.end(), gone)) return;
    left_ = true;
    listener_.crew_left();
}

bool Crew::at_work(int worker) const {
    const WorkerState state = members_[worker].state;
    const bool loaded = state == WorkerState::Ready || state == WorkerState::Working;
    return loaded && !quitting_ && members_[worker].process->in_service();
}

bool Crew::any_standing() const {
    return std::any_of(members_.begin(), members_.end(), [](const Member& m) {
        return m.state != WorkerState::Stopped && m.state != WorkerState::Fenced;
    });
}

std::string Crew::name(int worker) const {
    return "Worker " + std::to_string(worker) + " (" + options_.loads[worker].device + ")";
}

void Crew::set_state(int worker, WorkerState state, const std::string& detail) {
    members_[worker].state = state;
    listener_.worker_changed(worker, state, detail);
}

fs::path Crew::log_file(int worker) const { return options_.logs / ("worker-" + std::to_string(worker) + ".log"); }

std::string find_worker_program(const std::string& asked) {
    const char* from_environment = std::getenv("FANLIGHT_WORKER");
    const std::string beside = QCoreApplication::applicationDirPath().toStdString() + "/fanlight-worker";
    const std::string program = !asked.empty()                          ? asked
                                : from_environment && *from_environment ? from_environment
                                                                        : beside;
    if (::access(program.c_str(), X_OK) == 0) return program;
    const std::string reason = errno_text();
    throw Error("The worker program " + program + " cannot be run: " + reason +
                "; it belongs beside fanlight, or where " + "FANLIGHT_WORKER points to");
}

}  // namespace fanlight
