#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/failure.h"
#include "core/protocol/messages.h"
#include "core/weights/weights.h"

namespace fanlight {

/// The device that a worker computes on, set up for exact results: the same kernels every time, full float32.
struct WorkerDevice {
    Weights::Placement placement;
    std::string name;  ///< "AMD EPYC", "NVIDIA H100"
    std::string uuid;  ///< NVML's; empty on a CPU
};

/// Throws Error if a device does not exist, or batch size, threads or dtype are invalid. `device_map` as in
/// protocol::Load, as is `packed_weights`.
WorkerDevice open_device(const std::string& device, const Recipe& recipe, const DeviceMap& device_map = {},
                         bool packed_weights = false);

/// What a device is called: "AMD EPYC", "NVIDIA H100". Throws Error if it does not exist.
std::string name_of_device(const std::string& device);

/// From now on this process's tensors take no more of these devices, and as much as there is of others; more is refused
/// as if they were full. Throws Error if one does not exist. One thread.
void limit_memory(const MemoryBudget& limits);

/// The recipe as it is written into finished images: with the model of the card, if it is not a CPU.
Recipe recorded_recipe(Recipe recipe, const WorkerDevice& device);

/// What the items of a micro-batch ask for. If their kind of task is padded, a short one is filled to its full size by
/// repeating the last item, since a picture depends on the shape of its batch, though not on its neighbours' contents.
/// Throws Error if there are too many items.
std::vector<Task> tasks_of(const std::vector<Item>& items, int batch_size);

/// The device no longer works in this process as it should, as after an illegal access to its memory or a
/// MemoryShortage: only a new process can use it.
class DeviceLost : public Error {
public:
    using Error::Error;
};

/// What to tell the run owner about an exception. Throws DeviceLost if it means that.
Failure describe(const std::exception& error);

/// The same, for one that came while a model was loaded; `limited`: part of the device's memory is left to others.
Failure describe_loading(const std::exception& error, bool limited);

}  // namespace fanlight
