#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace fanlight {

/// The ranks of an SPMD run's processes, in torchrun's terms.
struct RankRange {
    int first_rank = 0;        ///< this machine's first rank
    int local_world_size = 1;  ///< processes on this machine
    int world_size = 1;        ///< processes on all machines
};

/// The environment of the process `local_rank`: `common` plus RANK, LOCAL_RANK, WORLD_SIZE and LOCAL_WORLD_SIZE.
std::map<std::string, std::string> rank_environment(const RankRange& ranks, int local_rank,
                                                    const std::map<std::string, std::string>& common);

struct ProcessGroup {
    std::string program;
    std::vector<std::string> arguments;
    RankRange ranks;
    std::map<std::string, std::string> environment;  ///< for all, in addition to the inherited one
    double grace_seconds =
        5;  ///< to exit by itself after rank 0 has, and again before one that was asked to exit is killed
};

/// Starts this machine's processes and waits for them; they share this process's output streams and do not outlive it.
/// Rank 0 decides: while it runs, the others make what a failed rank leaves, and its exit status counts for all. Once
/// it has exited, the others that have not are told to (SIGTERM) and after the grace period killed; immediately if rank
/// 0 failed. After request_stop() all are, the second time immediately. Returns Done, SomeItemsFailed if rank 0 (or
/// without it, any process) said so, or Interrupted; throws Error naming rank 0 if it failed, or without it the first
/// process that did. Blocks in an event loop of its own; needs a QCoreApplication.
ExitCode run_processes(const ProcessGroup& group);

}  // namespace fanlight
