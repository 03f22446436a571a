#pragma once

#include <string>
#include <vector>

#include "core/devices/device_list.h"
#include "core/run/run_folder.h"

namespace fanlight {

/// Where the user wants the rest of a run to be made.
struct WorkforceRequest {
    std::string devices;  ///< as in PlanRequest; empty: those of the run
    int threads = 0;      ///< of each worker; 0: those of the run, or of other devices the cores divided among them
};

/// The workers for it. Results stay what they are: threads affect none, and devices must be of the kind that the run
/// was begun on. Throws UsageError if they are not, if they cannot compute in the run's dtype, or if the run has one
/// model that lies on several devices.
Workforce workforce_for(const RunPlan& plan, const WorkforceRequest& request,
                        const std::vector<Device>& devices = list_devices(), const Sentence& hidden = driver_problem());

}  // namespace fanlight
