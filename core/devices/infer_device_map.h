#pragma once

#include <string>
#include <vector>

#include "core/devices/device_map.h"
#include "core/devices/memory_budget.h"
#include "core/devices/module_tree.h"

namespace fanlight {

struct DeviceMapOptions {
    std::vector<std::string> no_split_module_classes;  ///< classes that must stay whole, such as those with a residual
    LoadDtype load;
    bool clean_result = true;          ///< siblings on one device become their parent
    bool offload_buffers = false;      ///< buffers of offloaded layers are offloaded too
    bool fallback_allocation = false;  ///< a device that would stay empty takes the first thing that fits it
};

struct InferredDeviceMap {
    DeviceMap map;
    /// Bytes of the offloaded layers' buffers when they stay on a GPU (offload_buffers false) and none has room for
    /// them.
    Bytes homeless_buffers = 0;
    /// Devices on which nothing could be placed, with the bytes that the first candidate would have needed.
    MemoryBudget too_small;
};

/// Accelerate 1.15's infer_auto_device_map: one pass that fills device after device in order of registration, opens
/// modules that do not fit, keeps tied parameters together, and keeps room on the first GPU and on the CPU for the
/// largest layer, which comes back there when it is offloaded. What fits nowhere is on "disk". Where Accelerate's code
/// ends with an exception (a tied parameter outside any module, sizes with a fraction in the fallback) a map is still
/// made.
InferredDeviceMap infer_auto_device_map(const ModuleTree& tree, const MemoryBudget& max_memory,
                                        const DeviceMapOptions& options);

/// "auto" and "balanced" share out, "balanced_low_0" spares GPU 0, "sequential" fills one device after the other.
const std::vector<std::string>& device_map_strategies();

/// The map of a strategy. `budget_is_default`: see BalanceOptions. Throws UsageError naming the strategies.
InferredDeviceMap place(const ModuleTree& tree, const std::string& strategy, const MemoryBudget& max_memory,
                        const DeviceMapOptions& options, bool budget_is_default = false);

/// Replaces all entries below a module by one where they are on the same device, from the root downwards.
DeviceMap clean_device_map(DeviceMap map);

/// The names at which Accelerate's prepare_pippy(split_points="auto") cuts the model: the first module of stages 1 …
/// num_chunks - 1. Throws UsageError where Accelerate fails: a model below 1 KiB a stage, or a stage that stays empty.
std::vector<std::string> auto_split_points(const ModuleTree& tree, int num_chunks,
                                           const std::vector<std::string>& no_split_module_classes);

}  // namespace fanlight
