#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/owner/run_queue.h"

namespace fanlight {

/// All known runs. Those that were being made by a process that has died since are interrupted, whatever the file says.
KnownRuns runs_now();

/// Whether nobody makes it any more, whatever the file says. The owner in the background looks after its own runs: one
/// that it only just begins is not locked yet.
bool is_abandoned(const KnownRun& run);

/// Prints these runs, by their numbers from 1, as the rows of a table or each as a JSON object, on standard output.
void print_runs(const KnownRuns& runs, const std::vector<size_t>& numbers, bool json);

}  // namespace fanlight
