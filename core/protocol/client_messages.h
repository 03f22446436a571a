#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/sentence.h"
#include "core/protocol/events.h"

/// The wire between a run owner and its clients, which show runs and control them: over a local socket of the same
/// user, one JSON object per line, {"type": NAME, …fields}. Unknown fields are ignored, missing ones have their
/// defaults, unknown types are errors, a line is at most 1 MiB.
namespace fanlight::client {

inline constexpr int version = 1;

/// As a run's number: the current run.
inline constexpr int64_t current_run = 0;

// Client to owner.

/// Requests the complete state and from then on all changes.
struct Subscribe {
    int protocol = version;
    bool previews = false;  ///< including previews, which are only made while a client wants them
};

/// Queues the run in this folder after the others; what is already done in it is kept. Only accepted by an owner that
/// stays up between runs.
struct Start {
    std::string folder;  ///< absolute path
};

/// Appends more items to the current run. What a row leaves out is taken from the run's first item, whose seed is
/// counted up. A run with fixed shares accepts none.
struct Add {
    int64_t run = current_run;
    std::string prompts;  ///< a prompt list as JSON lines (core/prompts/prompt_list.h)
};

/// Items in flight are finished, no others are begun.
struct Pause {
    int64_t run = current_run;
};

struct Resume {
    int64_t run = current_run;
};

/// Cancels these items, including those in flight that are not done yet; without items, ends the run: items in flight
/// are dropped, and the run can be resumed.
struct Cancel {
    int64_t run = current_run;
    std::vector<int64_t> items;
};

/// Makes these failed or cancelled items (without items: all that failed) pending again. A run that has ended is queued
/// again.
struct Retry {
    int64_t run = current_run;
    std::vector<int64_t> items;
};

/// Moves pending items of a run, or without items the run itself, before another item (run); -1: to the end.
struct Move {
    int64_t run = current_run;
    std::vector<int64_t> items;
    int64_t before = -1;
};

/// A disabled worker finishes its items in flight and gets no more.
struct Devices {
    int64_t run = current_run;
    int worker = 0;
    bool enabled = true;
};

/// Removes a run that has ended or has not begun from the list; its folder is kept.
struct Remove {
    int64_t run = current_run;
};

/// Ends the current run and the process.
struct Shutdown {};

// Owner to client.

/// The first line. `stays`: the owner stays up between runs and accepts Start.
struct Welcome {
    int protocol = version;
    std::string program_version;
    int64_t pid = 0;
    bool stays = false;
};

/// Sent before (`complete` = false: discard what is known) and after (true) the complete state.
struct Snapshot {
    bool complete = false;
};

/// A run's head, sent whenever it changes; runs are in the order in which they are worked on.
struct Run {
    int64_t run = 0;
    std::string folder;
    std::string model;
    std::string phase;  ///< a name of RunPhase (core/owner/run_state.h)
    int64_t total = 0;
    double seconds = 0;        ///< time worked so far
    Sentence message;          ///< why the run failed
    std::string task;          ///< the kind of its items' tasks; "": the owner does not know runs of others than images
    double seconds_left = -1;  ///< until it ends, at the pace of late; below 0: not known
    bool listed = false;       ///< known from the queue on disk: States do not follow, but these counts hold
    int64_t done = 0, failed = 0, cancelled = 0;
    std::string name;         ///< given by the user; empty: the window names it by `begun` and `prompt`
    std::string prompt;       ///< how its first prompt begins
    int64_t begun = 0;        ///< when it was requested, in seconds since 1970; 0: not known
    int64_t warnings = 0;     ///< in its log (core/run/run_log.h)
    std::string quiet_until;  ///< "07:00": until then nothing new of it is begun; empty: it is not held up

    bool operator==(const Run&) const = default;
};

struct Removed {
    int64_t run = 0;
};

/// Run numbers in the order in which they are worked on.
struct RunOrder {
    std::vector<int64_t> runs;
};

/// States of items from `first` on, run-length encoded: "3d1w96p" (letters of ItemState).
struct States {
    int64_t run = 0;
    int64_t first = 0;
    std::string states;
};

/// Pending items that come before all others, the next one first.
struct ItemOrder {
    int64_t run = 0;
    std::vector<int64_t> items;
};

struct Worker {
    int64_t run = 0;
    int worker = 0;
    std::string device;       ///< "cpu", "cuda:0"
    std::string device_name;  ///< empty until the model is loaded
    std::string device_uuid;
    std::string state;  ///< a name of WorkerState (core/protocol/events.h)
    Sentence detail;
    bool enabled = true;
    int64_t images = 0;            ///< done in this run
    double seconds_per_image = 0;  ///< recent average; 0: not measured yet
    double tokens_per_text = 0;    ///< likewise, generated
};

/// An event of that run. The counts of ItemDone and ItemFailed are not sent.
template <typename Event>
struct OfRun : Event {
    int64_t run = 0;
};
template <typename Event>
OfRun<Event> of_run(int64_t run, Event event) {
    return {std::move(event), run};
}

/// The client's last command cannot be carried out.
struct Refused {
    Sentence message;
};

using ToOwner = std::variant<Subscribe, Start, Add, Pause, Resume, Cancel, Retry, Move, Devices, Remove, Shutdown>;
using FromOwner = std::variant<Welcome, Snapshot, Run, Removed, RunOrder, States, ItemOrder, Worker, OfRun<ItemsLeased>,
                               OfRun<ItemProgress>, OfRun<ItemPreview>, OfRun<WorkerMeasured>, OfRun<ItemDone>,
                               OfRun<ItemFailed>, OfRun<RunWarning>, Refused>;

/// One line, without the newline.
std::string to_line(const ToOwner& message);
std::string to_line(const FromOwner& message);

/// Throws Error on anything that is not such a message.
ToOwner to_owner(std::string_view line);
FromOwner from_owner(std::string_view line);

}  // namespace fanlight::client
