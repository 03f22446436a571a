#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/devices/device_list.h"
#include "core/devices/device_map.h"
#include "core/devices/memory_budget.h"

namespace fanlight {

/// The GPUs that one worker process may see: its own, named by UUID, since CUDA counts cards in another order than NVML
/// unless it is told otherwise. In that process they are cuda:0, cuda:1, … in this order.
class VisibleDevices {
public:
    /// `ids`: those that the process computes or stores on; others than GPUs are left out. A GPU without a UUID among
    /// `devices` leaves everything as it is, in PCI bus order.
    VisibleDevices(const std::vector<std::string>& ids, const std::vector<Device>& devices);

    /// Variables to be set before the process starts.
    std::vector<std::pair<std::string, std::string>> environment() const;

    /// What a device is called in the process: "cuda:0" for "cuda:3". Devices that are not GPUs keep their names.
    std::string name_there(const std::string& id) const;
    DeviceMap map_there(DeviceMap map) const;
    /// What a budget says of the GPUs that the process sees.
    MemoryBudget budget_there(const MemoryBudget& budget) const;

private:
    std::vector<std::string> ids_, uuids_;
};

}  // namespace fanlight
