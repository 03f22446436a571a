#pragma once

#include <string>

#include "core/base/failure.h"
#include "core/protocol/messages.h"
#include "core/weights/weights.h"

namespace fanlight {

/// The device that a worker computes on, made ready for the exact profile: the same kernels every time, full float32.
struct WorkerDevice {
    Weights::Placement placement;
    std::string name;  ///< "AMD EPYC", "NVIDIA H100"
    std::string uuid;  ///< NVML's; empty on a CPU
};

/// Throws Error when a device is not there, or batch size, threads or dtype are none. `device_map` as in
/// protocol::Load.
WorkerDevice open_device(const std::string& device, const Recipe& recipe, const DeviceMap& device_map = {});

/// The parameters of a micro-batch at its full size: a short one is filled by repeating its last item, since a picture
/// depends on the shape of its batch and on nothing else of its neighbours (DESIGN 4.2). Throws Error when the items do
/// not fit.
std::vector<ImageTask> padded_batch(const std::vector<Item>& items, int batch_size);

/// What to tell the run owner of an exception.
Failure describe(const std::exception& error);

}  // namespace fanlight
