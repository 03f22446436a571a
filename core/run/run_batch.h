#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/protocol/events.h"
#include "core/run/run_control.h"
#include "core/run/run_folder.h"

namespace fanlight {

class WarmWorkers;

struct RunOptions {
    std::filesystem::path folder;
    std::optional<RunPlan> plan;  ///< nullopt: resume the run in `folder`
    ResumeOptions resume;         ///< of a run that is resumed
    std::string worker_program;   ///< empty: $FANLIGHT_WORKER, else `fanlight-worker` beside this program
    double silence_seconds = 15;  ///< a worker that is silent for this long is killed and restarted
    double stall_seconds =
        900;  ///< a worker that is alive but has not made its first step after this long is killed, too
    double backoff_seconds = 1;  ///< before the first restart; doubled for the second, and so on
    WarmWorkers* warm =
        nullptr;  ///< from where workers are taken and where they are left; null: they live as long as the run
};

struct RunResult {
    RunCounts counts;
    double seconds = 0;
    bool interrupted = false;
};

/// Makes a run's listener, once this process owns the run's folder and the run can be controlled. Both arguments stay
/// valid until the last event, RunFinished or RunFailed.
using MakeListener = std::function<RunListener(const RunFolder& run, RunControl& control)>;

/// Makes all items of the plan and returns when every one is done or failed, or after request_stop(). Failed items do
/// not stop the run; a full disk, or the lack of usable workers, does: it throws Error, and the folder can be resumed.
/// Blocks in an event loop of its own; needs a QCoreApplication; one run at a time per process.
RunResult run_batch(RunOptions options, const MakeListener& make_listener);
/// For a listener that only listens.
RunResult run_batch(RunOptions options, const RunListener& listener);

/// Ends the current run, or the next one before its first item: micro-batches are dropped, finished images and the
/// manifest are still written. The second call kills the workers. Any thread; async-signal-safe, so a SIGINT handler
/// may call it.
void request_stop();

}  // namespace fanlight
