#pragma once

#include <nvml.h>

#include <memory>
#include <string>
#include <vector>

#include "core/devices/device_list.h"

namespace fanlight {

/// The part of NVIDIA's management library that we call. It belongs to the driver, so it is loaded at run time.
struct NvmlFunctions {
    decltype(&nvmlInit_v2) init = nullptr;
    decltype(&nvmlShutdown) shutdown = nullptr;
    decltype(&nvmlDeviceGetCount_v2) count = nullptr;
    decltype(&nvmlDeviceGetHandleByIndex_v2) handle = nullptr;
    decltype(&nvmlDeviceGetName) name = nullptr;
    decltype(&nvmlDeviceGetUUID) uuid = nullptr;
    decltype(&nvmlDeviceGetPciInfo_v3) pci = nullptr;
    decltype(&nvmlDeviceGetMemoryInfo) memory = nullptr;
    decltype(&nvmlDeviceGetTemperature) temperature = nullptr;
    decltype(&nvmlDeviceGetUtilizationRates) utilisation = nullptr;
    decltype(&nvmlDeviceGetPowerUsage) power = nullptr;
    decltype(&nvmlDeviceGetMigMode) mig_mode = nullptr;
};

/// The library's functions, or nullptr where `library` cannot be loaded or lacks one. It is never unloaded.
std::unique_ptr<NvmlFunctions> load_nvml(const char* library = "libnvidia-ml.so.1");

/// All GPUs that CUDA can use whole, in NVML's order and numbered so ("cuda:N"); a value that a card does not report
/// stays unknown. NVML must have been initialised.
std::vector<Device> list_gpus(const NvmlFunctions& nvml);

/// What CUDA_VISIBLE_DEVICES leaves of them, renumbered: numbers or the beginnings of UUIDs, cut at the first entry
/// that names no GPU, nothing at all when one is named twice (CUDA's own rules).
std::vector<Device> visible_gpus(const std::vector<Device>& gpus, const std::string& cuda_visible_devices);

}  // namespace fanlight
