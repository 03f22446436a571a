#pragma once

#include <cstdint>

#include "core/devices/device_list.h"
#include "core/devices/model_description.h"
#include "core/plan/make_plan.h"

namespace fanlight {

/// How a run on the CPU shares out the cores.
struct CpuLayout {
    int workers = 1;
    int threads = 1;  ///< of each

    bool operator==(const CpuLayout&) const = default;
};

/// What decides about it.
struct CpuWork {
    int64_t micro_batches = 1;
    int cores = 1;
    int64_t memory = 0;          ///< free bytes
    int64_t first_worker = 0;    ///< bytes that one worker needs
    int64_t further_worker = 0;  ///< bytes that each other one needs in addition: it shares the mapped weights
};

/// As many workers as cores, micro-batches and memory allow, and the cores shared out among them. Threads of one worker
/// wait for each other at every step, and for one whose core another program uses; workers wait for nobody.
CpuLayout choose_layout(const CpuWork& work);

/// What the run asks of the CPU. A model that cannot be described has one worker, which will say what is wrong.
CpuWork cpu_work_of(const RunPlan& plan, const Device& cpu);

/// Gives a run on the CPU the workers and threads of choose_layout(). They affect no result.
void lay_out(RunPlan& plan, const Device& cpu = cpu_device());

/// The same for a run whose request leaves both open (--devices all, no --threads) and has found no GPU; others stay
/// as they are.
void lay_out_if_open(RunPlan& plan, const PlanRequest& request, const Device& cpu = cpu_device());

}  // namespace fanlight
