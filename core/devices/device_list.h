#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fanlight {

/// Where a worker can run, and how it is right now.
struct Device {
    std::string id;                ///< "cpu" or "cuda:N", as --devices and LibTorch write it
    std::string kind;              ///< "cpu" or "cuda"
    std::string name;              ///< "NVIDIA H100 80GB HBM3", "AMD EPYC"
    std::string uuid;              ///< "GPU-…", stable over reboots and re-plugging; empty for the CPU
    std::string pci_bus_id;        ///< "00000000:17:00.0"; empty for the CPU
    int cores = 0;                 ///< that this process may use; 0 for GPUs
    int64_t memory_total = 0;      ///< bytes, 0: the driver does not say
    int64_t memory_free = 0;       ///< bytes
    int temperature_c = -1;        ///< -1: unknown
    int utilisation_percent = -1;  ///< -1: unknown
    double power_watts = -1;       ///< -1: unknown

    bool operator==(const Device&) const = default;
};

/// The GPUs in nvidia-smi's order (that of the PCI bus), then the CPU. "cuda:N" counts the GPUs that
/// CUDA_VISIBLE_DEVICES leaves, so that a worker started with the same environment and CUDA_DEVICE_ORDER=PCI_BUS_ID
/// finds the same card under the same number. Without a driver, and for a card cut up by MIG, there is simply no GPU.
/// Any thread.
std::vector<Device> list_devices();

/// The CPU as this process may use it: cores of its affinity mask and CPU quota, memory within its control groups.
/// `root` holds proc/ and sys/.
Device cpu_device(const std::filesystem::path& root = "/");

/// "cpu,cpu", "cuda:0,cuda:1" or "all" (every GPU, the CPU where there is none) -> ids, one a worker. The CPU may
/// repeat. Throws UsageError naming a device that is not there, with those that are, or a GPU that is named twice.
std::vector<std::string> parse_devices(const std::string& text, const std::vector<Device>& devices);

}  // namespace fanlight
