#pragma once

#include <filesystem>
#include <string>

#include "core/parallel/rendezvous.h"

namespace fanlight {

/// This process among those that an outside launcher has started: torchrun, accelerate launch, fanlight launch, srun,
/// mpirun; or alone. From the environment variables that each of them sets.
struct Launched {
    Rendezvous::Options rendezvous;
    int local_rank = 0;   ///< among those of this machine
    std::string attempt;  ///< "" or the number of the restart: keys of an earlier one are not met again
};

/// Where nothing is said about a place to meet, the processes meet in `.fanlight` of the run folder, which they share
/// then. Throws Error naming the variable that is no number.
Launched launched_as(const std::filesystem::path& run_folder);

}  // namespace fanlight
