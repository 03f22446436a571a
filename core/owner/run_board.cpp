#include "core/owner/run_board.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/owner/run_name.h"
#include "core/prompts/prompt_list.h"
#include "core/run/run_folder.h"
#include "core/run/run_log.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr size_t max_order = 100'000;  ///< items of a changed order that are reported, limited by the size of a message

fs::path socket_file(const std::string& folder) { return fs::path(folder) / ".fanlight" / "socket"; }

client::Run head_of(const KnownRun& run) {
    return {.folder = run.folder,
            .model = run.model,
            .phase = text_of(run.phase),
            .total = run.counts.total,
            .seconds = run.seconds,
            .message = run.message,
            .task = run.task,
            .done = run.counts.done,
            .failed = run.counts.failed,
            .cancelled = run.counts.cancelled,
            .name = run.name,
            .prompt = run.prompt,
            .begun = run.begun,
            .warnings = run.warnings};
}

Sentence name_of(const RunState& run) { return Sentence("The run in %1", run.folder()); }

}  // namespace

RunBoard::RunBoard(bool stays, Send send)
    : stays_(stays), send_(std::move(send)), cards_([this](int worker, const Sentence& reason) {
          if (control_) control_->hold_worker(worker, reason);
      }) {
    try {
        take_settings(queue_.settings());
    } catch (const Error&) {  // whoever changes the queue says so
    }
}

std::vector<client::FromOwner> RunBoard::snapshot() const {
    std::vector<client::FromOwner> messages;
    for (const RunState& run : runs_) {
        auto of_run = run.snapshot();
        std::move(of_run.begin(), of_run.end(), std::back_inserter(messages));
    }
    return messages;
}

// The queue

void RunBoard::take_up_queue() { show(queue_.take_up()); }

void RunBoard::read_queue() {
    try {
        const QueueContent now = queue_.read();
        take_settings(now.settings);
        if (now.runs != known_) stays_ ? show(now.runs) : void(known_ = now.runs);
        take_name();
    } catch (const Error& error) {
        send_(client::Refused{sentence_of(error)});
    }
    on_wake();
}

void RunBoard::find_left_runs() {
    const auto is_to_be_taken_up = [&](const KnownRun& run) {
        return is_left(run) && !(current_ && current_->folder() == run.folder);
    };
    if (std::none_of(known_.begin(), known_.end(), is_to_be_taken_up)) return;
    try {
        take_up_queue();
    } catch (const Error& error) {
        send_(client::Refused{sentence_of(error)});
    }
    on_wake();
}

void RunBoard::show(const KnownRuns& known) {
    known_ = known;
    std::map<std::string, size_t> places;
    std::map<std::string, Runs::iterator> shown;  // a queue may hold a thousand
    for (auto run = runs_.begin(); run != runs_.end(); ++run) shown.emplace(run->folder(), run);
    for (const KnownRun& each : known) {
        places.emplace(each.folder, places.size());
        const auto found = shown.find(each.folder);
        auto run = found == shown.end() ? runs_.end() : found->second;
        if (run != runs_.end() && &*run == current_) continue;        // this owner knows better
        if (run != runs_.end() && each.counts.total < run->size()) {  // another run in its folder
            send_(client::Removed{run->id()});
            runs_.erase(run);
            run = runs_.end();
        }
        if (run == runs_.end())
            run = runs_.insert(runs_.end(), RunState(client::Run{.run = ++last_id_, .phase = "queued"}));
        client::Run head = head_of(each);
        head.run = run->id();
        const bool knows_better =
            run->knows_items() && run->counts() == each.counts && run->size() == each.counts.total;
        head.listed = !knows_better || run->size() == 0;
        if (each.phase == RunPhase::Queued) head.quiet_until = quiet_until_;
        if (head != run->head()) change(*run, std::move(head));
    }
    for (auto run = runs_.begin(); run != runs_.end();) {
        if (places.contains(run->folder()) || &*run == current_) {
            ++run;
            continue;
        }
        const int64_t id = run->id();
        run = runs_.erase(run);
        send_(client::Removed{id});
    }
    const auto place = [&](const RunState& run) {
        const auto found = places.find(run.folder());
        return found == places.end() ? places.size() : found->second;
    };
    runs_.sort([&](const RunState& one, const RunState& other) { return place(one) < place(other); });
    send_order();
}

/// So that another owner can take the run up if this one dies. The run is made all the same if that fails, which is
/// said once.
void RunBoard::record_current() {
    const RunCounts counts = current_->counts();
    const client::Run& head = current_->head();
    const auto record = [&](KnownRuns& runs) {
        auto entry = find_run(runs, head.folder);
        if (entry == runs.end()) entry = runs.insert(runs.end(), KnownRun{.name = head.name});
        entry->folder = head.folder;
        begin(*entry, stays_);
        entry->phase = current_->phase();
        entry->model = head.model;
        entry->task = head.task;
        entry->counts = counts;
        entry->prompt = head.prompt;
        entry->begun = head.begun;
        entry->warnings = head.warnings;
        entry->seconds = head.seconds;
        entry->message = head.message;
        if (current_->ended()) entry->crashes = 0;
    };
    try {
        known_ = queue_.change(record);
    } catch (const Error& error) {
        if (!std::exchange(said_unrecorded_, true))
            send_(client::of_run(current_->id(),
                                 RunWarning{Sentence("The queue was not updated: %1", sentence_of(error))}));
    }
}

fs::path RunBoard::begin_next() {
    if (shutdown_ || !may_begin()) return {};
    const auto waits = [](const KnownRun& run) { return run.phase == RunPhase::Queued; };
    std::string folder;
    try {
        // Not what is shown: another process may have taken or moved it a moment ago.
        show(queue_.change([&](KnownRuns& runs) {
            const auto next = std::find_if(runs.begin(), runs.end(), waits);
            if (next == runs.end()) return;
            folder = next->folder;
            begin(*next, true);
        }));
    } catch (const Error&) {  // record_current() says so
        const auto next = std::find_if(runs_.begin(), runs_.end(),
                                       [](const RunState& run) { return run.phase() == RunPhase::Queued; });
        if (next != runs_.end()) folder = next->folder();
    }
    const auto next =
        std::find_if(runs_.begin(), runs_.end(), [&](const RunState& run) { return run.folder() == folder; });
    if (next == runs_.end()) return {};
    current_ = &*next;
    stopwatch_ = {};
    seconds_before_ = current_->head().seconds;
    set_phase(*current_, RunPhase::Running);
    return current_->folder();
}

bool RunBoard::is_queued() const {
    return std::any_of(runs_.begin(), runs_.end(), [](const RunState& run) { return run.phase() == RunPhase::Queued; });
}

void RunBoard::start(const fs::path& folder) {
    if (!stays_) throw Error("This run owner makes a single run; start the other one separately");
    KnownRun run = known_run(folder);
    if (current_ && current_->folder() == run.folder) throw Error("%1 is queued already", name_of(*current_));
    show(queue_.change([&](KnownRuns& runs) { enqueue(runs, run); }));
    on_wake();
}

void RunBoard::move_run(int64_t id, int64_t before) {
    const std::string moved = find(id)->folder(), next = before < 0 ? "" : find(before)->folder();
    show(queue_.change([&](KnownRuns& runs) { move_before(runs, moved, next); }));
}

void RunBoard::send_order() {
    client::RunOrder order;
    for (const RunState& run : runs_) order.runs.push_back(run.id());
    send_(order);
}

// Commands of clients

void RunBoard::obey(const client::ToOwner& command) {
    std::visit([this](const auto& body) { obey(body); }, command);
}

void RunBoard::obey(const client::Start& command) { start(command.folder); }

void RunBoard::obey(const client::Add& command) {
    RunControl& run = control(command.run);
    std::vector<PromptRow> rows;
    read_prompts(
        command.prompts, ListFormat::JsonLines, Sentence("The list"),
        [&](PromptRow row) { rows.push_back(std::move(row)); }, run.task());
    run.add(rows);
}

void RunBoard::obey(const client::Pause& command) {
    control(command.run).pause(true);
    set_phase(*current_, RunPhase::Paused);
}

void RunBoard::obey(const client::Resume& command) {
    control(command.run).pause(false);
    set_phase(*current_, RunPhase::Running);
}

void RunBoard::obey(const client::Cancel& command) {
    if (command.run == client::current_run || find(command.run)->phase() != RunPhase::Queued)
        return command.items.empty() ? control(command.run).cancel() : control(command.run).cancel_items(command.items);
    if (!command.items.empty()) throw Error("Items can be cancelled once their run has begun");
    show(queue_.change([folder = find(command.run)->folder()](KnownRuns& runs) { leave_out(runs, folder); }));
}

void RunBoard::obey(const client::Retry& command) {
    if (command.run != client::current_run && find(command.run)->ended()) return start(find(command.run)->folder());
    RunState& run = current(command.run);
    std::vector<int64_t> items = command.items;
    for (int64_t item = 0; command.items.empty() && item < run.size(); ++item)
        if (run.item(item) == ItemState::Failed) items.push_back(item);
    control(command.run).retry(items);
    for (const int64_t item : items) change(run, client::States{run.id(), item, std::string("1p")});
}

void RunBoard::obey(const client::Move& command) {
    if (command.items.empty()) return move_run(command.run, command.before);
    RunControl& run = control(command.run);
    client::ItemOrder order{current_->id(), run.move(command.items, command.before)};
    order.items.resize(std::min(order.items.size(), max_order));
    change(*current_, order);
}

void RunBoard::obey(const client::Devices& command) {
    control(command.run).enable_worker(command.worker, command.enabled);
    client::Worker worker = worker_message(*current_, command.worker);
    worker.enabled = command.enabled;
    change(*current_, worker);
}

void RunBoard::obey(const client::Remove& command) {
    const auto run = find(command.run);
    if (&*run == current_) throw Error("%1 is being made; cancel it first", name_of(*run));
    show(queue_.change([folder = run->folder()](KnownRuns& runs) { remove_from(runs, folder); }));
}

void RunBoard::obey(const client::Shutdown&) {
    shutdown_ = true;
    if (control_) control_->cancel();
    on_wake();
}

void RunBoard::show_previews(bool wanted) {
    previews_ = wanted;
    if (control_) control_->show_previews(wanted);
}

RunBoard::Runs::iterator RunBoard::find(int64_t id) {
    const auto run = std::find_if(runs_.begin(), runs_.end(), [&](const RunState& known) { return known.id() == id; });
    if (run == runs_.end()) throw Error("There is no run %1", id);
    return run;
}

RunState& RunBoard::current(int64_t id) {
    if (!control_) throw Error("No run is being made");
    if (id != client::current_run && id != current_->id()) throw Error("%1 is not being made", name_of(*find(id)));
    return *current_;
}

RunControl& RunBoard::control(int64_t id) {
    current(id);
    return *control_;
}

// Events of the current run

RunListener RunBoard::open(const RunFolder& run, RunControl& control) {
    if (!current_) {
        current_ = &runs_.emplace_back();
        stopwatch_ = {};
        seconds_before_ = 0;
    }
    control_ = &control;
    control.show_previews(previews_);
    client::Run head = current_->head();
    if (head.run == 0) head.run = ++last_id_;
    head.folder = run.path.string();
    head.model = run.plan.recipe.model;
    head.task = run.plan.items.front().task.kind();
    head.total = static_cast<int64_t>(run.plan.items.size());
    head.phase = text_of(RunPhase::Running);
    head.seconds_left = client::Run().seconds_left;
    head.listed = false;
    head.name = read_run_name(run.path);
    head.prompt = prompt_beginning(run.plan.items.front().task.prompt());
    head.begun = run_begun_at(run.path);
    head.warnings = warnings_in_log(run.path);
    head.quiet_until = quiet_until_;
    change(*current_, head);
    control.hold(quiet_words());
    const std::vector<std::string> devices = devices_in_use(run.plan);
    cards_.watch(devices, settings_.cards);
    std::vector<ItemState> states(run.plan.items.size(), ItemState::Pending);
    for (size_t item = 0; item < states.size(); ++item)
        if (run.done.contains(static_cast<int64_t>(item))) states[item] = ItemState::Done;
    for (client::States& message : encoded(current_->id(), states)) change(*current_, std::move(message));
    for (size_t worker = 0; worker < devices.size(); ++worker) {
        client::Worker status{.run = current_->id(), .worker = static_cast<int>(worker)};
        status.device = devices[worker];
        status.state = text_of(WorkerState::Stopped);
        change(*current_, status);
    }
    record_current();
    if (!socket_.empty()) replace_file(socket_file(current_->folder()), socket_.string() + "\n");
    return [this](const RunEvent& event) { std::visit([this](const auto& body) { handle(body); }, event); };
}

void RunBoard::handle(const WorkerChanged& changed) {
    client::Worker status = worker_message(*current_, changed.worker);
    status.state = text_of(changed.state);
    status.detail = changed.detail;
    change(*current_, status);
}

void RunBoard::handle(const WorkerLoaded& loaded) {
    client::Worker status = worker_message(*current_, loaded.worker);
    status.device_name = loaded.device_name;
    status.device_uuid = loaded.device_uuid;
    change(*current_, status);
}

void RunBoard::handle(const ItemsAdded& added) {
    client::Run head = current_->head();
    head.total = added.counts.total;
    change(*current_, head);
}

void RunBoard::handle(const RunEstimated& estimated) {
    client::Run head = current_->head();
    head.seconds_left = estimated.seconds_left;
    head.seconds = seconds_worked();
    change(*current_, head);
}

void RunBoard::handle(const RunWarning& warning) {
    send_(client::of_run(current_->id(), warning));
    if (warning.routine) return;
    client::Run head = current_->head();
    ++head.warnings;
    change(*current_, head);
}

void RunBoard::handle(const RunFinished& finished) {
    close(finished.interrupted ? RunPhase::Cancelled : RunPhase::Finished, "");
}

void RunBoard::run_failed(const Sentence& sentence) {
    if (!current_ || leave_to_another()) return;
    std::error_code unknown;
    const fs::path& folder = current_->folder();
    const bool is_gone = !control_ && !fs::exists(folder / ".fanlight" / "run.json", unknown);
    if (is_gone)  // its disk may come back: nothing is wrong with the run
        return close(RunPhase::Interrupted,
                     Sentence("%1 is not there; mount its disk, or put the folder back, and resume the run", folder));
    close(RunPhase::Failed, sentence);
}

/// Whether another process has taken the run up before this one could: it then says what becomes of it.
bool RunBoard::leave_to_another() {
    const std::string folder = current_->folder();
    if (control_ || !is_being_made(folder)) return false;
    try {
        const KnownRuns now = queue_.change([&](KnownRuns& runs) {
            for (KnownRun& run : runs)
                if (run.folder == folder) begin(run, false);
        });
        current_ = nullptr;
        show(now);
        return true;
    } catch (const Error&) {  // close() says so
        return false;
    }
}

void RunBoard::close(RunPhase phase, const Sentence& message) {
    set_phase(*current_, phase, message);
    std::error_code ignored;  // it then names a dead socket: attaching will report that
    if (!socket_.empty() && control_) fs::remove(socket_file(current_->folder()), ignored);
    const client::Run& head = current_->head();
    const EndedRun ended{head.folder, run_title(head.name, head.begun, head.prompt), phase == RunPhase::Failed,
                         current_->counts(), head.seconds};
    current_ = nullptr;
    control_ = nullptr;
    cards_.watch({}, {});
    if (phase != RunPhase::Cancelled && phase != RunPhase::Interrupted) return after(ended);
    if (!is_queued()) ended_ = {};
}

// What the owner does of its own accord

/// What the user has wanted for the end. Whoever cancels a run is there, and wants nothing to be switched off.
void RunBoard::after(const EndedRun& run) {
    const auto execute = [&](const auto& command) {
        try {
            command();
        } catch (const Error& error) {
            RunLog(run.folder).write(LogLevel::Warning, error.sentence());
            send_(client::Refused{error.sentence()});
        }
    };
    execute([&] { execute_after_run(settings_.after_run, run); });
    ended_.add(run);
    if (!stays_ || is_queued()) return;
    execute([&] { execute_after_queue(settings_.after_queue, ended_, run); });
    ended_ = {};
}

void RunBoard::take_settings(const QueueSettings& settings) {
    if (settings == std::exchange(settings_, settings)) return;
    keep_quiet_hours();
    if (!control_) return;
    std::vector<std::string> devices;
    for (const WorkerStatus& worker : current_->workers()) devices.push_back(worker.device);
    cards_.watch(devices, settings_.cards);
}

/// Of the run that is being made: of others show() takes it from the queue.
void RunBoard::take_name() {
    if (!control_) return;
    client::Run head = current_->head();
    const auto known =
        std::find_if(known_.begin(), known_.end(), [&](const KnownRun& run) { return run.folder == head.folder; });
    if (known == known_.end() || known->name == head.name) return;
    head.name = known->name;
    change(*current_, head);
}

Sentence RunBoard::quiet_words() const {
    return quiet_until_.empty() ? Sentence() : Sentence("Quiet hours: nothing new begins until %1", quiet_until_);
}

void RunBoard::keep_quiet_hours() {
    const std::string until = quiet_until(settings_.quiet).value_or("");
    if (until == std::exchange(quiet_until_, until)) return;
    for (RunState& run : runs_) {
        const bool held_up = run.phase() == RunPhase::Queued || (control_ && &run == current_);
        if (!held_up) continue;
        client::Run head = run.head();
        head.quiet_until = quiet_until_;
        change(run, head);
    }
    if (control_) control_->hold(quiet_words());
    on_wake();
}

void RunBoard::set_phase(RunState& run, RunPhase phase, const Sentence& message) {
    client::Run head = run.head();
    head.phase = text_of(phase);
    head.message = message;
    if (phase >= RunPhase::Finished) head.quiet_until.clear();
    if (&run == current_) head.seconds = seconds_worked();
    run.apply(head);
    if (&run == current_) record_current();  // before anybody hears of it
    send_(std::move(head));
}

template <typename Message>
void RunBoard::change(RunState& run, Message message) {
    run.apply(message);
    send_(std::move(message));
}

}  // namespace fanlight
