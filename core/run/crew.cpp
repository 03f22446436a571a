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
constexpr int max_device_losses = 2;
constexpr int max_failed_loads = 2;  // the first failure may be due to a predecessor that was still ending
constexpr size_t most_said = 1000;   // bytes of a worker's note
constexpr double quit_seconds = 10;  // to finish the current step and write finished pictures

std::uintmax_t size_of(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return error ? 0 : size;
}

/// The last line of a program's log, for a message: one short line of valid UTF-8. `start`: where this process's lines
/// begin.
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
    : options_(std::move(options)), listener_(listener), members_(options_.models.front().size()) {
    for (size_t worker = 0; worker < members_.size(); ++worker) {
        int threads = 0;
        for (const protocol::Load& load : options_.models.front()[worker]) threads += load.recipe.threads;
        members_[worker].progress = {options_.stall_seconds, threads};
    }
    QObject::connect(&watch_, &QTimer::timeout, [this] { tick(); });
    watch_.start(1000);
}

void Crew::start(int count) {
    std::vector<int> cold;
    for (; started_ < std::min(count, size()); ++started_) {
        members_[started_].model = listener_.model_for(started_);
        if (!adopt(started_)) cold.push_back(started_);
    }
    if (options_.warm) options_.warm->make_room(options_.models.front());
    for (const int worker : cold) launch(worker);
}

void Crew::launch(int worker) {
    Member& member = members_[worker];
    member.model = listener_.model_for(worker);
    const auto count = static_cast<int>(loads_of(worker).size());
    set_state(worker, WorkerState::Starting, Sentence(loads_of(worker).front().device));
    member.death = {};
    const bool meets = loads_of(worker).front().stage.count > 0;
    member.meeting_place = meets ? std::make_unique<MeetingPlace>() : nullptr;
    member.processes = std::vector<Process>(count);
    for (int i = 0; i < count; ++i) {
        const std::string log = log_file(worker, i).string();
        member.processes[i].log_start = size_of(log);
        member.processes[i].process = std::make_unique<WorkerProcess>(
            WorkerProcess::Options{options_.program, log, visible_to(worker, i).environment(),
                                   options_.silence_seconds},
            callbacks(worker, i));
    }
}

VisibleDevices Crew::visible_to(int worker, int process) const {
    std::vector<std::string> ids;
    for (const ModelLoads& model : options_.models) {
        const protocol::Load& load = model[worker][process];
        ids.push_back(load.device);
        for (const auto& [module, place] : load.device_map) ids.push_back(place);
        for (const std::string& other : {load.text_device, load.cfg_device})
            if (!other.empty()) ids.push_back(other);
    }
    return {ids, options_.devices};
}

/// Takes a warm worker instead of launching one. It is asked to load what it already has, and confirms at once.
bool Crew::adopt(int worker) {
    auto warm = options_.warm ? options_.warm->take(loads_of(worker)) : std::nullopt;
    if (!warm) return false;
    Member& member = members_[worker];
    member.adopted = true;
    member.meeting_place = std::move(warm->meeting_place);
    member.processes = std::vector<Process>(warm->processes.size());
    set_state(worker, WorkerState::Loading, "");
    for (size_t i = 0; i < member.processes.size(); ++i) {
        const auto number = static_cast<int>(i);
        member.processes[i] = {
            .process = std::move(warm->processes[i]), .greeted = true, .log_start = size_of(log_file(worker, number))};
        member.processes[i].process->set_callbacks(callbacks(worker, number));
        send_load(worker, number);
    }
    return true;
}

WorkerProcess::Callbacks Crew::callbacks(int worker, int process) {
    return {[this, worker, process](const auto& message) { receive(worker, process, message); },
            [this, worker, process](const auto& reason) { ended(worker, process, reason); }};
}

void Crew::send_load(int worker, int process) {
    const Member& member = members_[worker];
    protocol::Load load = loads_of(worker)[process];
    const VisibleDevices visible = visible_to(worker, process);
    load.device = visible.name_there(load.device);
    load.device_map = visible.map_there(std::move(load.device_map));
    load.text_device = visible.name_there(load.text_device);
    load.cfg_device = visible.name_there(load.cfg_device);
    load.limits = visible.budget_there(load.limits);
    load.log = log_file(worker, process).string();
    if (member.meeting_place) load.stage.rendezvous = member.meeting_place->store();
    member.processes[process].process->send(load);
    member.processes[process].process->send(protocol::Previews{previews_});
}

void Crew::give(int worker, const protocol::Generate& work) {
    Member& member = members_[worker];
    for (const protocol::Generate& part : protocol::in_messages(work))
        for (const Process& process : member.processes) process.process->send(part);
    if (member.state == WorkerState::Working) return;
    member.progress.begin();
    set_state(worker, WorkerState::Working, "");
}

void Crew::load(int worker, int model) {
    Member& member = members_[worker];
    if (member.state != WorkerState::Ready) throw Error("%1 is busy and cannot load another model", name(worker));
    member.model = model;
    set_state(worker, WorkerState::Loading, Sentence(loads_of(worker).front().recipe.model));
    for (size_t i = 0; i < member.processes.size(); ++i) {
        member.processes[i].loaded.reset();
        send_load(worker, static_cast<int>(i));
    }
}

void Crew::add_model(int like, const Recipe& recipe) {
    ModelLoads loads = options_.models[static_cast<size_t>(like)];
    for (auto& worker : loads)
        for (protocol::Load& load : worker) load.recipe = recipe;
    options_.models.push_back(std::move(loads));
}

void Crew::item_finished(int worker, bool idle) {
    Member& member = members_[worker];
    member.unexplained_deaths = member.deaths_since_item = 0;
    if (idle && member.state == WorkerState::Working) set_state(worker, WorkerState::Ready, "");
    if (idle && keep_) hand_over_soon(worker);
}

void Crew::cancel(int worker, const std::vector<int64_t>& items) {
    for (const Process& each : members_[worker].processes) each.process->send(protocol::Cancel{items});
}

void Crew::show_previews(bool wanted) {
    previews_ = wanted;
    for (const Member& member : members_)
        for (const Process& each : member.processes)
            if (each.greeted && !each.process->ended()) each.process->send(protocol::Previews{wanted});
}

void Crew::receive(int worker, int process, const protocol::FromWorker& message) {
    Member& member = members_[worker];
    if (member.state == WorkerState::Fenced || !member.death.empty()) return;
    if (const auto* beat = std::get_if<protocol::Heartbeat>(&message)) {
        if (!beat->note.empty()) listener_.worker_said(worker, beat->note.shortened(most_said));
        return;
    }
    if (const auto* stats = std::get_if<protocol::Stats>(&message)) return take_stats(worker, process, *stats);
    member.progress.progressed(member.state == WorkerState::Working);
    const auto* failed = std::get_if<protocol::Failed>(&message);
    if (const auto* hello = std::get_if<protocol::Hello>(&message))
        greet(worker, process, *hello);
    else if (const auto* ready = std::get_if<protocol::Loaded>(&message))
        loaded(worker, process, *ready);
    else if (failed && failed->item < 0 && failed->kind != "disk")
        failed_whole(worker, process, *failed);
    else
        listener_.message_received(worker, message);
}

void Crew::greet(int worker, int process, const protocol::Hello& hello) {
    Member& member = members_[worker];
    if (std::exchange(member.processes[process].greeted, true)) throw Error("it said hello twice");
    if (hello.protocol != protocol::version)
        throw Error("it speaks version %1, not %2; install fanlight and fanlight-worker of one version", hello.protocol,
                    protocol::version);
    if (member.state == WorkerState::Starting) set_state(worker, WorkerState::Loading, "");
    send_load(worker, process);
}

/// Stats show that the worker is alive, like a heartbeat, not that it makes progress.
void Crew::take_stats(int worker, int process, const protocol::Stats& stats) {
    std::vector<Process>& processes = members_[worker].processes;
    processes[process].stats = stats;
    protocol::Stats all;
    for (const Process& each : processes) {
        all.resident_bytes += each.stats.resident_bytes;
        all.device_bytes += each.stats.device_bytes;
        all.busy_seconds += each.stats.busy_seconds / static_cast<double>(processes.size());
    }
    listener_.message_received(worker, all);
}

void Crew::loaded(int worker, int process, const protocol::Loaded& loaded) {
    Member& member = members_[worker];
    Process& own = member.processes[process];
    if (member.state != WorkerState::Loading || !own.greeted || own.loaded)
        throw Error("it loaded a model without being asked to");
    own.loaded = loaded;
    protocol::Loaded all;
    for (const Process& each : member.processes) {
        if (!each.loaded) return;
        const std::string separator = all.device_name.empty() ? "" : " + ";
        all.device_name += separator + each.loaded->device_name;
        if (!each.loaded->device_uuid.empty()) all.device_uuid += separator + each.loaded->device_uuid;
        all.seconds = std::max(all.seconds, each.loaded->seconds);
        if (each.loaded->slots < 0) throw Error("it has %1 slots", each.loaded->slots);
        all.slots = member.processes.size() == 1 ? each.loaded->slots : 0;
    }
    member.adopted = false;
    member.failed_loads.erase(member.model);
    set_state(worker, WorkerState::Ready, Sentence(all.device_name));
    listener_.worker_loaded(worker, all);
}

/// The process lives, and has no model.
void Crew::refuse_model(int worker, const Sentence& reason) {
    const int model = members_[worker].model;
    set_state(worker, WorkerState::Ready, "");
    listener_.model_refused(worker, model, reason);
}

void Crew::failed_whole(int worker, int process, const protocol::Failed& failed) {
    Member& member = members_[worker];
    // In a pipeline one stage reports the cause, then the others that they have lost a neighbour.
    if (failed.kind == "device") ++member.device_losses;
    // Too little memory may be due to a predecessor that is still ending, and a lost device to anything: tried again.
    const bool may_pass = failed.kind == "memory" || failed.kind == "device";
    const bool cannot_load = member.state == WorkerState::Loading && !may_pass;
    if (cannot_load && has_choice() && member.processes.size() == 1) return refuse_model(worker, failed.message);
    if (cannot_load && !has_choice()) {
        for (const Process& each : member.processes) each.process->quit(quit_seconds);
        return fence(worker,
                     Sentence("%1 cannot load the model: %2", name_of_process(worker, process), failed.message));
    }
    // The other stages wait for this one: all are started anew, with another model.
    if (cannot_load) member.failed_loads[member.model] = max_failed_loads - 1;
    member.processes[process].process->terminate(Sentence("failed (%1): %2", failed.kind, failed.message.open()));
}

void Crew::ended(int worker, int process, const Sentence& reason) {
    Member& member = members_[worker];
    const bool expected = quitting_ || member.state == WorkerState::Fenced;
    if (!expected && member.death.empty()) {
        const std::string last_log_line = last_line(log_file(worker, process), member.processes[process].log_start);
        member.death = Sentence("%1 %2", name_of_process(worker, process), reason);
        if (!last_log_line.empty()) member.death = Sentence("%1; its log ends: %2", member.death, last_log_line);
        for (const Process& other : member.processes)
            if (!other.process->ended()) other.process->terminate("was left by its pipeline");
    }
    if (!all_ended(member)) return;
    member.meeting_place.reset();
    if (quitting_ && member.state != WorkerState::Fenced) set_state(worker, WorkerState::Stopped, "");
    if (!expected) died(worker);
    leave_if_empty();
}

void Crew::died(int worker) {
    Member& member = members_[worker];
    if (std::exchange(member.adopted, false)) return launch_later(worker, 0);  // it held no items of this run
    const bool gives_up =
        has_choice() && member.state == WorkerState::Loading && ++member.failed_loads[member.model] == max_failed_loads;
    if (gives_up) listener_.model_refused(worker, member.model, member.death);
    ++member.unexplained_deaths;
    ++member.deaths_since_item;
    set_state(worker, WorkerState::Restarting, member.death);
    if (listener_.worker_died(worker, member.death)) member.unexplained_deaths = 0;
    restart(worker, member.death);
}

void Crew::restart(int worker, const Sentence& reason) {
    if (quitting_) return;
    const Member& member = members_[worker];
    if (member.device_losses >= max_device_losses)
        return fence(worker, Sentence("%1; its device has failed %2 times", reason, member.device_losses));
    if (member.unexplained_deaths >= max_unexplained_deaths || member.deaths_since_item >= max_deaths_without_item)
        return fence(worker, Sentence("%1; it had died %2 times in a row", reason, member.deaths_since_item));
    const int doublings = std::max(0, member.unexplained_deaths - 1);
    const auto delay_ms = static_cast<int>(options_.backoff_seconds * 1000) << doublings;
    launch_later(worker, delay_ms);
}

void Crew::launch_later(int worker, int delay_ms) {
    QTimer::singleShot(delay_ms, &timers_, [this, worker] {
        if (!quitting_) launch(worker);
    });
}

void Crew::fence(int worker, const Sentence& reason) {
    set_state(worker, WorkerState::Fenced, reason);
    if (started_ < size() && !quitting_) launch(started_++);
    listener_.worker_gone(worker, reason);
}

void Crew::quit(bool cancel, bool keep) {
    if (std::exchange(quitting_, true)) return;
    keep_ = keep && options_.warm;
    for (int worker = 0; worker < started_; ++worker) leave(worker, cancel);
    leave_if_empty();
}

void Crew::leave(int worker, bool cancel) {
    Member& member = members_[worker];
    if (member.state == WorkerState::Restarting) set_state(worker, WorkerState::Stopped, "");
    if (member.state == WorkerState::Fenced) return;
    if (keep_ && member.state == WorkerState::Ready) return hand_over_soon(worker);
    const bool stays = keep_ && member.state == WorkerState::Working;
    for (const Process& each : member.processes) {
        if (each.process->ended()) continue;
        if (cancel) each.process->send(protocol::Cancel{});
        stays ? each.process->terminate_after(quit_seconds, "did not give up what it had in hand")
              : each.process->quit(quit_seconds);
    }
}

/// Deferred until the worker's current message has been handled.
void Crew::hand_over_soon(int worker) {
    QTimer::singleShot(0, &timers_, [this, worker] { hand_over(worker); });
}

void Crew::hand_over(int worker) {
    Member& member = members_[worker];
    const bool whole = std::all_of(member.processes.begin(), member.processes.end(),
                                   [](const Process& each) { return each.process->in_service(); });
    if (member.state != WorkerState::Ready || !whole || member.processes.empty()) return;
    WarmWorker warm{loads_of(worker), {}, std::move(member.meeting_place)};
    for (Process& each : member.processes) {
        each.process->spare();
        warm.processes.push_back(std::move(each.process));
    }
    member.processes.clear();
    options_.warm->keep(std::move(warm));
    set_state(worker, WorkerState::Stopped, "");
    leave_if_empty();
}

void Crew::kill() {
    quitting_ = true;
    for (const Member& member : members_)
        for (const Process& each : member.processes)
            if (!each.process->ended()) each.process->kill("was told to stop");
    leave_if_empty();
}

void Crew::leave_if_empty() {
    if (!quitting_ || left_ || !std::all_of(members_.begin(), members_.end(), all_ended)) return;
    left_ = true;
    listener_.crew_left();
}

bool Crew::at_work(int worker) const {
    const Member& member = members_[worker];
    const bool loaded = member.state == WorkerState::Ready || member.state == WorkerState::Working;
    return loaded && !quitting_ &&
           std::all_of(member.processes.begin(), member.processes.end(),
                       [](const Process& each) { return each.process->in_service(); });
}

bool Crew::any_alive() const {
    return std::any_of(members_.begin(), members_.end(), [](const Member& m) {
        return m.state != WorkerState::Stopped && m.state != WorkerState::Fenced;
    });
}

Sentence Crew::name(int worker) const {
    std::vector<std::string> devices;
    for (const protocol::Load& load : loads_of(worker)) devices.push_back(load.device);
    return Sentence("Worker %1 (%2)", worker, join(devices, " + "));
}

Sentence Crew::name_of_process(int worker, int process) const {
    const auto& loads = loads_of(worker);
    if (loads.size() == 1) return name(worker);
    return Sentence("Stage %1 of worker %2 (%3)", process, worker, loads[process].device);
}

bool Crew::all_ended(const Member& member) {
    return std::all_of(member.processes.begin(), member.processes.end(),
                       [](const Process& each) { return each.process->ended(); });
}

void Crew::tick() {
    for (int worker = 0; worker < started_; ++worker) {
        Member& member = members_[worker];
        if (member.state != WorkerState::Working || !member.death.empty()) continue;
        double cpu_seconds = 0;
        for (const Process& each : member.processes) cpu_seconds += each.process->cpu_seconds();
        member.progress.tick(cpu_seconds);
        if (!member.progress.hangs()) continue;
        for (const Process& each : member.processes)
            each.process->terminate(Sentence("hung: it lived, and made no step in %1 s", member.progress.ticks()));
    }
}

void Crew::set_state(int worker, WorkerState state, const Sentence& detail) {
    members_[worker].state = state;
    listener_.worker_changed(worker, state, detail);
}

fs::path Crew::log_file(int worker, int process) const {
    const std::string stage = loads_of(worker).size() == 1 ? "" : "-stage-" + std::to_string(process);
    return options_.logs / ("worker-" + std::to_string(worker) + stage + ".log");
}

}  // namespace fanlight
