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
    double grace_seconds = 5;                        ///< between asking the others to end and killing them
};

/// Starts the processes of this machine and waits for them; they write where this one writes, and do not outlive it.
/// When one fails, the others would wait for it: they are told to end (SIGTERM), and after the grace killed. After
/// request_stop() all are, the second time at once. Returns Done, SomeItemsFailed when a process said so, Interrupted;
/// throws Error naming the rank that failed. Blocks in an event loop of its own; needs a QCoreApplication.
ExitCode run_processes(const ProcessGroup& group);

}  // namespace fanlight
