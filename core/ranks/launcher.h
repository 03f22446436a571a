#pragma once

#include <filesystem>
#include <string>

#include "core/parallel/rendezvous.h"
#include "core/protocol/run_placement.h"

namespace fanlight {

/// This process's place among those started by an external launcher (torchrun, accelerate launch, fanlight launch,
/// srun, mpirun), or alone. Derived from the environment variables that each launcher sets.
struct Launched {
    Rendezvous::Options rendezvous;
    int local_rank = 0;           ///< among the processes on this machine
    bool leads_machine = true;    ///< the first on this machine, or the launcher does not say which is
    double silence_seconds = 30;  ///< after which a silent process is abandoned
    std::string attempt;  ///< "" or the number of the restart, so that keys of an earlier attempt are not reused
    std::filesystem::path
        meeting_folder;  ///< created for this start; empty if the rendezvous is provided by the launcher
};

/// The rendezvous is $FANLIGHT_STORE (as in Rendezvous::Options), or the launcher's store at MASTER_ADDR and
/// MASTER_PORT; under srun and mpirun, which have none, a folder in the run folder's `.fanlight`, named after this
/// start and visible to all processes. On a network, tensors are received at $FANLIGHT_ADDRESS, or at the address of
/// this machine from which MASTER_ADDR is reached. $FANLIGHT_SILENCE_SECONDS is silence_seconds. Throws Error naming
/// the variable that is not a number or is missing.
Launched launched_as(const std::filesystem::path& run_folder);

/// The GPU that the plan gives to a process of a machine, "cuda:N": one each, in the plan's order and, beyond that, by
/// number.
std::string planned_gpu(int local_rank, const RunPlacement& placement);

/// Which of its `visible` GPUs a process uses: the planned one or, if the launcher shows every process only its own
/// (srun --gpus-per-task=1), that one.
std::string gpu_of(int local_rank, int visible, const RunPlacement& placement);

/// Removes the rendezvous folder. For rank 0, once nobody needs it any more.
void remove_meeting(const Launched& launched);

}  // namespace fanlight
