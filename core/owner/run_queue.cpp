#include "core/owner/run_queue.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/file_lock.h"
#include "core/base/host_name.h"
#include "core/config/user_folders.h"
#include "core/output/journal.h"
#include "core/owner/run_name.h"
#include "core/protocol/run_plan.h"
#include "core/run/run_folder.h"
#include "core/run/run_log.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr size_t max_ended = 1000;

/// Whether two spellings name one folder, by links above it. Folders of other names are not looked at: their disks may
/// be slow.
bool is_same(const std::string& one, const std::string& other) {
    std::error_code ignored;
    return fs::path(one).filename() == fs::path(other).filename() && fs::equivalent(one, other, ignored);
}

KnownRuns::iterator find_known(KnownRuns& runs, const std::string& folder) {
    const auto run = find_run(runs, folder);
    if (run == runs.end()) throw Error("The queue knows no run in %1", folder);
    return run;
}

bool is_made(const KnownRun& run) { return run.phase == RunPhase::Running || run.phase == RunPhase::Paused; }
bool has_ended(const KnownRun& run) { return run.phase != RunPhase::Queued && !is_made(run); }

/// Forgets the oldest of those that have ended beyond `max_ended`.
void forget_old(KnownRuns& runs) {
    auto ended = static_cast<size_t>(std::count_if(runs.begin(), runs.end(), has_ended));
    std::erase_if(runs, [&](const KnownRun& run) { return ended > max_ended && has_ended(run) && ended-- > 0; });
}

/// Held while the file is changed. The file itself is replaced, so it cannot be locked.
UniqueFd lock_beside(const fs::path& file) {
    constexpr int patience_seconds = 5;
    const std::string path = file.string() + ".lock";
    if (UniqueFd fd = lock_file(path, patience_seconds)) return fd;
    if (errno == EWOULDBLOCK)
        throw Error("Another program has been changing the queue for %1 s (%2 is locked); try again, or end it",
                    patience_seconds, path);
    const std::string reason = errno_text();
    throw Error("Cannot lock the queue, %1: %2; make it possible to write there", path, reason);
}

/// Damaged before: another damaged file is not replaced.
fs::path free_name(const std::string& wanted) {
    std::error_code ignored;
    fs::path name = wanted;
    for (int i = 2; fs::exists(fs::symlink_status(name, ignored)); ++i) name = wanted + "-" + std::to_string(i);
    return name;
}

}  // namespace

KnownRuns::iterator find_run(KnownRuns& runs, const std::string& folder) {
    const auto named = [&](const KnownRun& run) { return run.folder == folder; };
    if (const auto run = std::find_if(runs.begin(), runs.end(), named); run != runs.end()) return run;
    return std::find_if(runs.begin(), runs.end(), [&](const KnownRun& run) { return is_same(run.folder, folder); });
}

KnownRun known_run(const fs::path& folder) {
    if (!folder.is_absolute()) throw Error("A run folder must be named by its absolute path");
    const fs::path path = run_path(folder);
    const RunPlan plan = read_plan(path);
    KnownRun run{.folder = path.string(),
                 .model = plan.recipe.model,
                 .task = std::string(plan.items.front().task.kind()),
                 .counts = {.total = static_cast<int64_t>(plan.items.size())},
                 .name = read_run_name(path),
                 .prompt = prompt_beginning(plan.items.front().task.prompt()),
                 .begun = run_begun_at(path)};
    count_again(run);
    return run;
}

void count_again(KnownRun& run) {
    try {
        DoneIndex index(fs::path(run.folder) / ".fanlight", static_cast<size_t>(run.counts.total));
        RunCounts counts{.total = run.counts.total, .done = index.done()};
        for (const auto& [item, failed] : index.failed())
            ++(failed.kind == "cancelled" ? counts.cancelled : counts.failed);
        run.counts = counts;
        run.warnings = warnings_in_log(run.folder);
    } catch (const std::exception&) {  // whoever makes it says what is wrong
    }
}

bool is_left(const KnownRun& run) { return is_made(run) && run.machine == host_name() && !is_being_made(run.folder); }

void begin(KnownRun& run, bool by_queue) {
    run.phase = RunPhase::Running;
    run.by_queue = by_queue;
    run.machine = host_name();
}

std::vector<client::FromOwner> recorded_items(const fs::path& folder, int64_t run, int64_t items) {
    DoneIndex index(folder / ".fanlight", static_cast<size_t>(items));
    std::vector<ItemState> states(static_cast<size_t>(items), ItemState::Pending);
    for (int64_t item = 0; item < items; ++item)
        if (index.is_done(item)) states[static_cast<size_t>(item)] = ItemState::Done;
    std::vector<client::FromOwner> messages;
    for (client::States& message : encoded(run, states)) messages.emplace_back(std::move(message));
    for (const auto& [item, failed] : index.failed())
        messages.emplace_back(client::of_run(run, ItemFailed{item, failed.kind, failed.reason}));
    return messages;
}

bool is_being_made(const std::string& folder) { return is_locked(fs::path(folder) / ".fanlight" / "journal.jsonl"); }

// Changes of the queue

void enqueue(KnownRuns& runs, KnownRun run) {
    const auto known = find_run(runs, run.folder);
    if (known != runs.end()) {
        if (known->phase == RunPhase::Queued || (is_made(*known) && is_being_made(run.folder)))
            throw Error("The run in %1 is queued already", run.folder);
        run.seconds = known->seconds;
        runs.erase(known);
    }
    runs.push_back(std::move(run));
}

void move_before(KnownRuns& runs, const std::string& folder, const std::string& before) {
    const auto run = find_known(runs, folder);
    if (run->phase != RunPhase::Queued) throw Error("The run in %1 is not waiting, so it cannot be moved", folder);
    if (folder == before) return;
    if (!before.empty() && find_known(runs, before)->phase != RunPhase::Queued)
        throw Error("The run in %1 is not waiting, so nothing can go before it", before);
    KnownRun moved = std::move(*run);
    runs.erase(run);
    runs.insert(before.empty() ? runs.end() : find_run(runs, before), std::move(moved));
}

void leave_out(KnownRuns& runs, const std::string& folder) {
    const auto run = find_known(runs, folder);
    if (run->phase != RunPhase::Queued) throw Error("The run in %1 is not waiting; it has begun or ended", folder);
    run->phase = RunPhase::Cancelled;
}

void remove_from(KnownRuns& runs, const std::string& folder) {
    const auto run = find_known(runs, folder);
    if (is_made(*run) && is_being_made(folder)) throw Error("The run in %1 is being made; cancel it first", folder);
    runs.erase(run);
}

void recover(KnownRuns& runs, bool go_on) {
    for (KnownRun& run : runs) {
        if (!is_left(run)) continue;
        const int64_t before = run.counts.done;
        count_again(run);
        if (run.counts.done > before) run.crashes = 0;
        const bool waits = go_on && run.by_queue && run.phase == RunPhase::Running && ++run.crashes <= max_crashes;
        run.phase = waits ? RunPhase::Queued : RunPhase::Interrupted;
    }
}

// The file

RunQueue::RunQueue(fs::path file) : file_(std::move(file)) {}

fs::path RunQueue::queue_file() { return state_folder() / "queue.json"; }

KnownRuns RunQueue::update(const std::function<void(QueueContent&)>& edit) {
    const fs::path& file = file_.path();
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error) throw Error("Cannot create the folder %1: %2", file.parent_path(), error.message());
    const UniqueFd lock = lock_beside(file);
    QueueContent content;
    try {
        content = file_.read();
    } catch (const DamagedQueue& damaged) {
        fs::rename(file, free_name(file.string() + ".damaged"), error);
        if (error) throw;
        content = *damaged.left;
    }
    edit(content);
    forget_old(content.runs);
    KnownRuns runs = content.runs;
    file_.write(std::move(content));
    return runs;
}

KnownRuns RunQueue::change(const std::function<void(KnownRuns&)>& edit) {
    return update([&](QueueContent& content) { edit(content.runs); });
}

KnownRuns RunQueue::take_up() {
    return update([](QueueContent& content) { recover(content.runs, content.settings.go_on_after_crash); });
}

void RunQueue::rename(const std::string& folder, const std::string& name) {
    change([&, checked = checked_run_name(name)](KnownRuns& runs) {
        const auto run = find_known(runs, folder);
        write_run_name(folder, checked);
        run->name = checked;
    });
}

void RunQueue::change_settings(const std::function<void(QueueSettings&)>& edit) {
    update([&](QueueContent& content) { edit(content.settings); });
}

void RunQueue::check_writable() {
    update([](QueueContent&) {});
}

}  // namespace fanlight
