#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/devices/device_list.h"
#include "core/devices/module_tree.h"

namespace fanlight {

/// Bytes of weights that each device may hold, in the order in which devices are filled: GPUs by number, cpu, disk.
using MemoryBudget = std::vector<std::pair<std::string, Bytes>>;

/// Parses "10GB", "5.5GiB", "800MB": units GB, MB, KB (powers of 10; with a lower-case b bits: "10Gb") and GiB, MiB,
/// KiB (powers of 2), or a whole number of bytes. Rounds down. Throws UsageError naming `text`.
Bytes parse_memory_size(const std::string& text);

/// Parses "cuda:0=10GB,cpu=30GB" (or just a GPU's number: "0=10GB"), the format of --max-memory and --assume; devices
/// that are not named are not used. Throws UsageError naming the entry that is wrong.
MemoryBudget parse_max_memory(const std::string& text);

/// Formats a size for people, in powers of 10: "10.50 GB", "800.00 MB", "4.00 KB".
std::string memory_text(Bytes bytes);

/// The memory that is free now: GPUs by number, then the CPU.
MemoryBudget free_memory(const std::vector<Device>& devices);

/// What a budget says of a device; 0 if it does not name it.
Bytes bytes_on(const MemoryBudget& budget, const std::string& device);

/// Number of "cuda:N", -1 for cpu and disk.
int gpu_number(const std::string& device);

/// Options of get_balanced_memory().
struct BalanceOptions {
    std::vector<std::string> no_split_module_classes;
    LoadDtype load;
    bool low_zero = false;           ///< as little as possible on GPU 0
    bool budget_is_default = false;  ///< not set by the user: keep a tenth of a single GPU free
};

/// Accelerate's get_balanced_memory: lowers the budgets so that all GPUs but the last take about the same share. Throws
/// UsageError for low_zero if the GPUs' numbers have gaps (Accelerate raises a KeyError).
MemoryBudget get_balanced_memory(const ModuleTree& tree, MemoryBudget max_memory, const BalanceOptions& options);

}  // namespace fanlight
