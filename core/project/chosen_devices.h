#pragma once

#include <string>
#include <vector>

#include "core/devices/device_list.h"
#include "core/project/project_file.h"

namespace fanlight {

/// The devices of this machine that a project's runs use, in the form of --devices: of the GPUs if any can be used,
/// else of the CPU. "all" if the project says nothing of them; empty if it leaves all of them out.
std::string chosen_devices(const std::vector<DeviceChoice>& choices, const std::vector<Device>& devices);

/// The same in the form of --cfg-devices, which takes them in pairs: with the names of those that "all" means.
std::string chosen_pairs(const std::string& chosen, const std::vector<Device>& devices);

}  // namespace fanlight
