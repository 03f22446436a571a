#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/protocol/events.h"

/// The wire between a run owner and those that look on and steer (DESIGN 4.4): over a local socket of the same user,
/// one JSON object a line, {"type": NAME, …fields}. Unknown fields are ignored, fields left out have their defaults,
/// unknown types are errors, a line is at most 1 MiB.
namespace fanlight::client {

inline constexpr int version = 1;

/// As a run's number: the one that is being made.
inline constexpr int64_t current_run = 0;

// Client to owner.

/// Tell me everything, and from then on what changes.
struct Subscribe {
    int protocol = version;
    bool previews = false;  ///< pictures in the making, too: while nobody asks for them, none are made
};

/// Put the run whose plan lies in this folder behind the others; whatever is done in it already stays. Only an owner
/// that stays up between runs takes it.
struct Start {
    std::string folder;  ///< absolute path
};

/// Put more images behind those of the run that is being made. What a row leaves out is as in the run's first item; its
/// seed counts on. A run that deals fixed shares takes no more.
struct Add {
    int64_t run = current_run;
    std::string prompts;  ///< a prompt list as JSON lines (core/batch/prompt_list.h)
};

/// What is in hand is finished, nothing else is begun.
struct Pause {
    int64_t run = current_run;
};

struct Resume {
    int64_t run = current_run;
};

/// These items are left out, those in hand too as long as they are not made; without any, the run ends: what is in hand
/// is given up, and it can be taken up again.
struct Cancel {
    int64_t run = current_run;
    std::vector<int64_t> items;
};

/// These failed or cancelled items (without any: all that have failed) are to be made after all. A run that has ended
/// is queued again.
struct Retry {
    int64_t run = current_run;
    std::vector<int64_t> items;
};

/// Pending items of a run, or the run itself when there are none, go before that item (that run); -1: to the end.
struct Move {
    int64_t run = current_run;
    std::vector<int64_t> items;
    int64_t before = -1;
};

/// A worker that is not enabled finishes what it has in hand and gets no more.
struct Devices {
    int64_t run = current_run;
    int worker = 0;
    bool enabled = true;
};

/// Forget a run that has ended or has not begun; its folder stays.
struct Remove {
    int64_t run = current_run;
};

/// Give up the run and end the process.
struct Shutdown {};

// Owner to client.

/// The first line. `stays`: the owner outlives its runs and takes Start.
struct Welcome {
    int protocol = version;
    std::string program_version;
    int64_t pid = 0;
    bool stays = false;
};

/// Stands before (`complete` = false: forget what you know) and behind (true) everything that is so.
struct Snapshot {
    bool complete = false;
};

/// A run's head, whenever something in it changes; the runs are in the order in which they are made.
struct Run {
    int64_t run = 0;
    std::string folder;
    std::string model;
    std::string phase;  ///< a name of RunPhase (core/run/run_state.h)
    int64_t total = 0;
    double seconds = 0;   ///< worked so far
    std::string message;  ///< of a run that could not go on
};

struct Removed {
    int64_t run = 0;
};

/// Run numbers in the order in which they are made.
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
    std::string detail;
    bool enabled = true;
    int64_t images = 0;            ///< made in this run
    double seconds_per_image = 0;  ///< measured lately; 0: not yet
};

/// An event of that run; of ItemDone and ItemFailed its counts are left out.
template <typename Event>
struct OfRun : Event {
    int64_t run = 0;
};
template <typename Event>
OfRun<Event> of_run(int64_t run, Event event) {
    return {std::move(event), run};
}

/// What the client asked for last cannot be done.
struct Refused {
    std::string message;
};

using ToOwner = std::variant<Subscribe, Start, Add, Pause, Resume, Cancel, Retry, Move, Devices, Remove, Shutdown>;
using FromOwner = std::variant<Welcome, Snapshot, Run, Removed, RunOrder, States, ItemOrder, Worker, OfRun<ItemsLeased>,
                               OfRun<ItemProgress>, OfRun<ItemPreview>, OfRun<WorkerMeasured>, OfRun<ItemDone>,
                               OfRun<ItemFailed>, OfRun<RunWarning>, Refused>;

/// One line, without the newline.
std::string to_line(const ToOwner& message);
std::string to_line(const FromOwner& message);

/// Throws Error on anything that is no such message.
ToOwner to_owner(std::string_view line);
FromOwner from_owner(std::string_view line);

}  // namespace fanlight::client
