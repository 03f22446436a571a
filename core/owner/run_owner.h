#pragma once

#include "core/run/run_batch.h"

namespace fanlight {

/// run_batch() that also accepts clients while it lasts. If no socket can be opened (no folder for it, a path that is
/// too long) the run is made nevertheless, with a warning.
RunResult run_batch_served(RunOptions options, const MakeListener& make_listener);
/// For a listener that only listens.
RunResult run_batch_served(RunOptions options, const RunListener& listener);

struct IdleOwnerOptions {
    RunOptions run;             ///< for every run; folder and plan are unused
    double idle_seconds = 600;  ///< after which an idle owner ends its workers and, without clients, exits
};

/// Whether the owner that stays up between runs is there.
bool is_idle_owner_up();

/// Starts that owner as a process of its own (`fanlight serve`). Throws Error if the program cannot be started.
void start_idle_owner();

/// The owner that stays up between runs: listens at idle_owner_socket() and makes the runs that wait in the queue
/// (RunQueue), one after the other, outside quiet hours (QueueSettings), keeping workers warm between them, until a
/// client or request_stop() tells it to exit, or it has been idle for long enough. Throws Error if another one is
/// already running, it cannot listen, or the queue cannot be used.
void serve_runs(const IdleOwnerOptions& options);

}  // namespace fanlight
