#pragma once

#include <filesystem>
#include <string>

#include "core/parallel/rendezvous.h"

namespace fanlight {

/// This process among those that an outside launcher has started: torchrun, accelerate launch, fanlight launch, srun,
/// mpirun; or alone. From the environment variables that each of them sets.
struct Launched {
    Rendezvous::Options rendezvous;
    int local_rank = 0;           ///< among those of this machine
    bool leads_machine = true;    ///< the first of this machine, or no launcher has said which is
    double silence_seconds = 30;  ///< after which a process that is not heard of is given up
    std::string attempt;          ///< "" or the number of the restart: keys of an earlier one are not met again
    std::filesystem::path meeting_folder;  ///< made for this start; empty where the place to meet is somebody else's
};

/// The place to meet is $FANLIGHT_STORE (as in Rendezvous::Options), or the launcher's store at MASTER_ADDR and
/// MASTER_PORT; under srun and mpirun, which have none, a folder in `.fanlight` of the run folder, named after this
/// start of theirs, which all processes see. On a network, tensors are taken at $FANLIGHT_ADDRESS, or at that address
/// of this machine from which MASTER_ADDR is reached. $FANLIGHT_SILENCE_SECONDS is silence_seconds. Throws Error naming
/// the variable that is no number or is missing.
Launched launched_as(const std::filesystem::path& run_folder);

/// Which of the GPUs that it sees a process uses: as many as there are processes, one each; where a launcher shows
/// every process one of its own (srun --gpus-per-task=1), that one.
int gpu_of(int local_rank, int visible);

/// Removes the folder that was made to meet in. For rank 0, once nobody needs it any more.
void remove_meeting(const Launched& launched);

}  // namespace fanlight
