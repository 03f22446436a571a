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
    std::filesystem::path meeting_folder;  ///< made for this start; empty where the place to meet is somebody else's
};

/// The place to meet is $FANLIGHT_STORE (as in Rendezvous::Options), or the launcher's store at MASTER_ADDR and
/// MASTER_PORT; under srun and mpirun, which have none, a folder in `.fanlight` of the run folder, named after this
/// start of theirs, which all processes see. On a network, tensors are taken at $FANLIGHT_ADDRESS, or at that address
/// of this machine from which MASTER_ADDR is reached. Throws Error naming the variable that is no number or is missing.
Launched launched_as(const std::filesystem::path& run_folder);

/// Says that this process needs the place to meet no more; the last of them removes its folder.
void leave_meeting(const Launched& launched);

}  // namespace fanlight
