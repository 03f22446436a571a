#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/owner/queue_file.h"

namespace fanlight {

/// What the folder holds. Throws Error if it holds no run.
KnownRun known_run(const std::filesystem::path& folder);
/// Counts again what is done, by the journals of the folder, and its warnings; unchanged if they cannot be read.
void count_again(KnownRun& run);
/// The states of a run's items by its journals, as messages about a run of this number that has so many items. Throws
/// Error if they cannot be read.
std::vector<client::FromOwner> recorded_items(const std::filesystem::path& folder, int64_t run, int64_t items);
/// Whether a process has the run's journal locked.
bool is_being_made(const std::string& folder);
/// Whether the process that made it, on this machine, has died.
bool is_left(const KnownRun& run);

/// The run in this folder, however it is spelt; end(): it is not known.
KnownRuns::iterator find_run(KnownRuns& runs, const std::string& folder);

// Changes of the queue; each throws Error if it cannot be made

/// Puts the run at the end; one that is there already is moved. Throws if it is waiting or being made.
void enqueue(KnownRuns& runs, KnownRun run);
/// Moves a waiting run before another one that waits; "": to the end.
void move_before(KnownRuns& runs, const std::string& folder, const std::string& before);
/// Cancels a waiting run before it has begun.
void leave_out(KnownRuns& runs, const std::string& folder);
/// This process begins to make it.
void begin(KnownRun& run, bool by_queue);
/// Removes one that is not being made.
void remove_from(KnownRuns& runs, const std::string& folder);
/// Of an owner that begins: runs that were being made, and are not now, wait again if the queue made them, at most
/// `max_crashes` times; all others count as interrupted.
void recover(KnownRuns& runs, bool go_on);
inline constexpr int max_crashes = 3;

/// The queue and all run folders that are known, in one file: $XDG_STATE_HOME/fanlight/queue.json, else
/// ~/.local/state/fanlight/queue.json. Each change reads it, and is on disk when it returns; processes change it one
/// after the other (a lock beside it). Of the runs that have ended the latest thousand are kept. A change puts a
/// damaged file aside, as queue.json.damaged, and goes on with what can be read of it. Throws Error naming the file if
/// it cannot be read or written, or is of a later version. An object is for one thread.
class RunQueue {
public:
    explicit RunQueue(std::filesystem::path file = queue_file());

    const std::filesystem::path& file() const { return file_.path(); }

    QueueContent read() const { return file_.read(); }
    KnownRuns runs() const { return file_.read().runs; }
    QueueSettings settings() const { return file_.read().settings; }
    /// Returns all runs as they are afterwards. If `edit` throws nothing changes.
    KnownRuns change(const std::function<void(KnownRuns& runs)>& edit);
    /// For an owner that begins: recover(), as the user wants it.
    KnownRuns take_up();

    /// Names a run that is known, in its folder and here; "": takes its name away.
    void rename(const std::string& folder, const std::string& name);
    void change_settings(const std::function<void(QueueSettings& settings)>& edit);
    /// Throws Error if it cannot be changed, and changes nothing.
    void check_writable();

    static std::filesystem::path queue_file();

private:
    KnownRuns update(const std::function<void(QueueContent& content)>& edit);

    mutable QueueFile file_;  ///< remembers what it has read
};

}  // namespace fanlight
