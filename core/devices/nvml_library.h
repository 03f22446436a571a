#pragma once

#include <nvml.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/devices/device_list.h"

namespace fanlight {

/// The functions of NVIDIA's management library that are used here. It is part of the driver, so it is loaded at run
/// time.
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
    // May be missing
    decltype(&nvmlErrorString) error_text = nullptr;
    decltype(&nvmlSystemGetDriverVersion) driver_version = nullptr;
    decltype(&nvmlSystemGetCudaDriverVersion_v2) cuda_version = nullptr;
    decltype(&nvmlDeviceGetCudaComputeCapability) capability = nullptr;
    decltype(&nvmlDeviceGetMaxMigDeviceCount) max_slices = nullptr;
    decltype(&nvmlDeviceGetMigDeviceHandleByIndex) slice = nullptr;
    decltype(&nvmlDeviceGetComputeMode) compute_mode = nullptr;
    decltype(&nvmlDeviceGetComputeRunningProcesses_v3) processes = nullptr;
    decltype(&nvmlDeviceGetDisplayActive) display = nullptr;
    decltype(&nvmlDeviceGetTotalEccErrors) ecc_errors = nullptr;
    decltype(&nvmlDeviceGetRetiredPagesPendingStatus) retirement = nullptr;
    decltype(&nvmlDeviceGetRemappedRows) remapped_rows = nullptr;
};

/// The library's functions, or nullptr if `library` cannot be loaded or lacks one of them. It is never unloaded.
std::unique_ptr<NvmlFunctions> load_nvml(const char* library = "libnvidia-ml.so.1");

/// "580.95.05". NVML must have been initialised.
std::string version_of(const NvmlFunctions& nvml);

/// All GPUs in NVML's order, numbered accordingly ("cuda:N"); values that a card does not report stay unknown. Of one
/// that is partitioned by MIG its slices are listed instead. Those that LibTorch's CUDA cannot use have a `problem`.
/// NVML must have been initialised.
std::vector<Device> list_gpus(const NvmlFunctions& nvml);

/// The GPUs allowed by CUDA_VISIBLE_DEVICES, renumbered: entries are numbers or prefixes of UUIDs that fit one GPU; the
/// list ends at the first entry that names none, and is empty if one is named twice (CUDA's own rules).
std::vector<Device> visible_gpus(const std::vector<Device>& gpus, const std::string& cuda_visible_devices);

/// Why it hides GPUs by mistake: one sentence with the remedy. Empty: it does not; nothing, -1 and NoDevFiles hide them
/// on purpose.
Sentence visibility_problem(const std::vector<Device>& gpus, const std::string& cuda_visible_devices);

}  // namespace fanlight
