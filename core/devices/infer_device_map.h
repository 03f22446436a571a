#pragma once

#include <string>
#include <vector>

#include "core/devices/device_map.h"
#include "core/devices/memory_budget.h"
#include "core/devices/module_tree.h"

namespace fanlight {

struct DeviceMapOptions {
    std::vector<std::string> no_split_module_classes;  ///< must not be split: classes with a residual connection
    LoadDtype load;
    bool clean_result = true;          ///< siblings on one device are replaced by their parent
    bool offload_buffers = false;      ///< buffers of offloaded layers are offloaded, too
    bool fallback_allocation = false;  ///< a device that would stay empty takes the first module that fits
};

struct InferredDeviceMap {
    DeviceMap map;
    /// Bytes of the offloaded layers' buffers if they are to stay on a GPU (offload_buffers false) and none has room
    /// for them.
    Bytes homeless_buffers = 0;
    /// Devices on which nothing could be placed, with the bytes that the first candidate would have needed.
    MemoryBudget too_small;
};

/// Accelerate 1.15's infer_auto_device_map: one pass that fills device after device in order of registration, splits
/// modules that do not fit, keeps tied parameters together, and reserves room on the first GPU and on the CPU for the
/// largest layer, which is loaded there if it is offloaded. What fits nowhere goes to "disk". In two cases in which
/// Accelerate raises an exception (a tied parameter outside any module, fractional sizes in the fallback) a map is
/// still made.
InferredDeviceMap infer_auto_device_map(const ModuleTree& tree, const MemoryBudget& max_memory,
                                        const DeviceMapOptions& options);

/// "auto" and "balanced" distribute evenly, "balanced_low_0" spares GPU 0, "sequential" fills one device after the
/// other.
const std::vector<std::string>& device_map_strategies();

/// The map for a strategy. `budget_is_default`: see BalanceOptions. Throws UsageError listing the strategies.
InferredDeviceMap place(const ModuleTree& tree, const std::string& strategy, const MemoryBudget& max_memory,
                        const DeviceMapOptions& options, bool budget_is_default = false);

/// Replaces all entries below a module by one if they are on the same device, from the root downwards.
DeviceMap clean_device_map(DeviceMap map);

/// The modules at which Accelerate's prepare_pippy(split_points="auto") cuts the model: the first one of stages 1 …
/// num_chunks - 1. Throws UsageError in cases in which Accelerate fails: a model of less than 1 KiB per stage, or a
/// stage that stays empty.
std::vector<std::string> auto_split_points(const ModuleTree& tree, int num_chunks,
                                           const std::vector<std::string>& no_split_module_classes);

}  // namespace fanlight
