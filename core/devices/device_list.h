#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/sentence.h"

namespace fanlight {

/// Something that a worker can run on, and its current state.
struct Device {
    std::string id;            ///< "cpu" or "cuda:N", as --devices and LibTorch write it
    std::string kind;          ///< "cpu" or "cuda"
    std::string name;          ///< "NVIDIA H100 80GB HBM3", "AMD EPYC"
    std::string uuid;          ///< "GPU-…", stable over reboots and re-plugging; empty for the CPU
    bool slice = false;        ///< of a card that is partitioned by MIG: a process can use one only
    std::string pci_bus_id;    ///< "00000000:17:00.0"; empty for the CPU
    int cores = 0;             ///< cores that this process may use; 0 for GPUs
    int64_t memory_total = 0;  ///< bytes; 0: not reported by the driver
    int64_t memory_free = 0;   ///< bytes
    int64_t memory_idle = 0;   ///< bytes held by workers of `fanlight serve`, which are free when its next run begins
    int temperature_c = -1;    ///< -1: unknown
    int utilisation_percent = -1;  ///< -1: unknown
    double power_watts = -1;       ///< -1: unknown
    int capability = 0;            ///< of a GPU, its compute capability: 89 for 8.9; 0: unknown
    bool display = false;          ///< a screen shows what it draws
    Sentence warning;              ///< what is wrong with it though it can be used, and what to do; empty: nothing
    Sentence problem;              ///< why it cannot be used, and what to do; empty: it can

    bool operator==(const Device&) const = default;
};

/// The GPUs in nvidia-smi's order (PCI bus order), then the CPU. "cuda:N" counts the GPUs that CUDA_VISIBLE_DEVICES
/// allows, so that a worker started with the same environment and CUDA_DEVICE_ORDER=PCI_BUS_ID finds the same card
/// under the same number. A card that cannot be used is listed with the reason. Any thread.
std::vector<Device> list_devices();

/// Those of a kind that can be used.
std::vector<Device> usable_devices(const std::vector<Device>& devices, const std::string& kind);

/// Why no run can begin on it now, because of its problem or since it is full; one sentence, empty: one can. Memory of
/// idle workers may be that of the run's own predecessor.
Sentence obstacle_to_use(const Device& device);

/// Why GPUs of the machine are not listed, if that is by mistake: the driver does not answer, or CUDA_VISIBLE_DEVICES
/// names what is not there. One sentence with the remedy; empty: nothing is wrong, or there are no GPUs.
Sentence driver_problem();

/// "580.95.05"; empty: there is none.
std::string driver_version();

/// The CPU as far as this process may use it: cores of its affinity mask within the CPU quota, memory within its
/// control groups. `root` contains proc/ and sys/.
Device cpu_device(const std::filesystem::path& root = "/");

/// Parses "cpu,cpu", "cuda:0,cuda:1" or "all" (every usable GPU, or the CPU if the machine has none) into ids, one per
/// worker. The CPU may be repeated. "all" leaves out GPUs that cannot be used or are full. Throws UsageError
/// naming an unknown device together with the known ones, a GPU that is named twice, or one that cannot be used or is
/// full; for "all", if that leaves none of the GPUs, or some are not listed for the reason of `driver_problem`.
std::vector<std::string> parse_devices(const std::string& text, const std::vector<Device>& devices,
                                       const Sentence& driver_problem = {});

}  // namespace fanlight
