#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/sentence.h"
#include "core/batch/result.h"

namespace fanlight {

/// Counts of a run's items at a given moment.
struct RunCounts {
    int64_t total = 0;
    int64_t done = 0;
    int64_t failed = 0;
    int64_t cancelled = 0;  ///< left out by the user: they have not failed

    /// Those that nothing more comes of, unless they are retried.
    int64_t settled() const { return done + failed + cancelled; }

    bool operator==(const RunCounts&) const = default;
};

/// The resources used by a worker's processes together.
struct WorkerStats {
    int64_t resident_bytes = 0;  ///< main memory
    int64_t device_bytes = 0;    ///< GPU memory; 0 on a CPU
    double busy_seconds =
        0;  ///< spent on micro-batches since the worker was started; for a pipeline the mean of its stages

    bool operator==(const WorkerStats&) const = default;
};

/// What a worker is doing.
enum class WorkerState { Starting, Loading, Ready, Working, Restarting, Fenced, Stopped };

/// A state's name on the wire: "starting" and so on.
std::string text_of(WorkerState state);
/// Throws Error on any other name.
WorkerState worker_state_of(const std::string& text);

// What happens in a run. Items and workers are identified by number.

struct RunStarted {
    std::string folder;
    RunCounts counts;
    int workers = 0;
};

struct WorkerChanged {
    int worker = 0;
    WorkerState state = WorkerState::Stopped;
    Sentence detail;
};

/// The worker has loaded the model.
struct WorkerLoaded {
    int worker = 0;
    std::string device_name;
    std::string device_uuid;
};

/// Every few seconds.
struct WorkerMeasured {
    int worker = 0;
    WorkerStats stats;
};

/// The worker has these items until they are done or failed. When it stops working, the unfinished ones are pending
/// again.
struct ItemsLeased {
    int worker = 0;
    std::vector<int64_t> items;
};

/// Of a text, steps are its new tokens.
struct ItemProgress {
    int worker = 0;
    int64_t item = 0;
    int step = 0;
    int of = 0;             ///< at most; 0: not known
    std::string text = {};  ///< what has been added to the text since the last event of this item
};

struct ItemPreview {
    int worker = 0;
    int64_t item = 0;
    std::string png;  ///< base64
};

struct ItemDone {
    Result result;
    uint64_t seed = 0;
    RunCounts counts;
};

/// `kind`: those of protocol::Failed, "died" (workers died while making it) and "cancelled" (by the user: it counts as
/// cancelled, and not as failed).
struct ItemFailed {
    int64_t item = 0;
    std::string kind;
    Sentence message;
    RunCounts counts;

    bool is_cancelled() const { return kind == "cancelled"; }
};

/// Items were added to the run. They are pending, and already in its plan.
struct ItemsAdded {
    RunCounts counts;
};

/// About once a second, as soon as it is known how long the rest will take.
struct RunEstimated {
    double seconds_left = 0;
};

struct RunWarning {
    Sentence message;
    bool routine = false;  ///< nothing is wrong: the run pauses, goes on, or waits for the end of quiet hours
};

struct RunFinished {
    RunCounts counts;
    double seconds = 0;
    bool interrupted = false;
};

/// The run could not continue; finished items are safe.
struct RunFailed {
    Sentence message;
};

using RunEvent =
    std::variant<RunStarted, WorkerChanged, WorkerLoaded, WorkerMeasured, ItemsLeased, ItemProgress, ItemPreview,
                 ItemDone, ItemFailed, ItemsAdded, RunEstimated, RunWarning, RunFinished, RunFailed>;

/// Receives all events of a run, in the thread that carries it out; must not block.
using RunListener = std::function<void(const RunEvent& event)>;

}  // namespace fanlight
