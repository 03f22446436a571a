#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace fanlight {

/// What each process of an SPMD run is, by the names that torchrun gives these numbers.
struct RankRange {
    int first_rank = 0;        ///< of this machine
    int local_world_size = 1;  ///< processes of this machine
    int world_size = 1;        ///< processes of all machines
};

/// The environment of the process `local_rank`: RANK, LOCAL_RANK, WORLD_SIZE and LOCAL_WORLD_SIZE beside `common`.
std::map<std::string, std::string> rank_environment(const RankRange& ranks, int local_rank,
                                                    const std::map<std::string, std::string>& common);

struct ProcessGroup {
    std::string program;
    std::vector<std::string> arguments;
    RankRange ranks;
    std::map<std::string, std::string> environment;  ///< of all, beside what is inherited
    double grace_seconds = 5;  ///< to end by itself after rank 0 has, and again before the one asked to end is killed
};

/// Starts the processes of this machine and waits for them; they write where this one writes, and do not outlive it.
/// Rank 0 leads: while it goes on, the others make what a rank leaves that fails, and what rank 0 says at its end
/// counts for all. When it has ended, the others that do not are told to (SIGTERM), and after the grace killed, at once
/// where it failed. After request_stop() all are, the second time at once. Returns Done, SomeItemsFailed when rank 0
/// said so, or without it any process, Interrupted; throws Error naming rank 0 where it failed, or without it the first
/// that did. Blocks in an event loop of its own; needs a QCoreApplication.
ExitCode run_processes(const ProcessGroup& group);

}  // namespace fanlight
