#pragma once

#include "core/run/run_batch.h"

namespace fanlight {

/// run_batch() with an open door: clients may look on and steer while it lasts. Where no socket can be opened (no
/// folder for it, a path that is too long) the run is made all the same, with a warning.
RunResult run_batch_served(RunOptions options, const RunListener& listener);

struct IdleOwnerOptions {
    RunOptions run;             ///< of every run; folder and plan are not used
    double idle_seconds = 600;  ///< with nothing to do: its workers end, and without a client it does
};

/// The run owner that stays up: listens at idle_owner_socket() and makes the runs that clients start, one after the
/// other, with workers that stay warm between them, until a client tells it to end, request_stop() does, or it has been
/// idle for long enough. Throws Error when another one is there already, or it cannot listen.
void serve_runs(const IdleOwnerOptions& options);

}  // namespace fanlight
