#pragma once

#include <filesystem>
#include <string>

#include "core/protocol/events.h"

namespace fanlight {

/// A run that has ended in whatever way but by its user.
struct EndedRun {
    std::filesystem::path folder;
    std::string title;  ///< run_title()
    bool failed = false;
    RunCounts counts;
    double seconds = 0;
};

/// All runs that were made one after the other until nothing waited any more.
struct EndedQueue {
    int runs = 0, failed = 0;
    RunCounts counts;
    double seconds = 0;

    void add(const EndedRun& run);
};

// What the user wants executed at the end, by /bin/sh, in the run's folder, as a process of its own that nobody waits
// for. What it prints goes to `.fanlight/logs/after_run.log`, or after_queue.log, with its exit status at the end. Its
// environment says what has ended:
//
//   FANLIGHT_RUN_FOLDER, _NAME, _STATE (finished or failed), _TOTAL, _DONE, _FAILED, _CANCELLED (items), _SECONDS
//
// and after the queue, where these are about the last run:
//
//   FANLIGHT_QUEUE_RUNS, _FAILED_RUNS, _TOTAL, _DONE, _FAILED, _CANCELLED (items), _SECONDS
//
// Each throws Error if the shell cannot be started; an empty command does nothing.

void execute_after_run(const std::string& command, const EndedRun& run);
void execute_after_queue(const std::string& command, const EndedQueue& queue, const EndedRun& last);

}  // namespace fanlight
