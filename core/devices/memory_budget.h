#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/devices/device_list.h"
#include "core/devices/module_tree.h"

namespace fanlight {

/// Bytes of weights that each device may take, in the order in which they are filled: GPUs by number, cpu, disk.
using MemoryBudget = std::vector<std::pair<std::string, Bytes>>;

/// "10GB", "5.5GiB", "800MB": units GB, MB, KB (powers of 10; with a small final b bits: "10Gb") and GiB, MiB, KiB
/// (powers of 2), or a whole number of bytes. Rounded down. Throws UsageError naming `text`.
Bytes parse_memory_size(const std::string& text);

/// "cuda:0=10GB,cpu=30GB" (the number of a GPU may stand alone: "0=10GB"), as --max-memory and --assume take it;
/// devices that are not named are not used. Throws UsageError naming the entry that is wrong.
MemoryBudget parse_max_memory(const std::string& text);

/// "10.50 GB", "800.00 MB", "4.00 KB": powers of 10, for people.
std::string memory_text(Bytes bytes);

/// What is free now: GPUs by number, then the CPU.
MemoryBudget free_memory(const std::vector<Device>& devices);

/// Number of "cuda:N", -1 for cpu and disk.
int gpu_number(const std::string& device);

/// What get_balanced_memory() has to know beside the tree and the budget.
struct BalanceOptions {
    std::vector<std::string> no_split_module_classes;
    LoadDtype load;
    bool low_zero = false;           ///< as little as possible on GPU 0
    bool budget_is_default = false;  ///< nobody asked for this budget: keep a tenth of a single GPU free
};

/// Accelerate's get_balanced_memory: lowers the budgets so that the GPUs take about the same share, the last one
/// excepted. Throws UsageError for low_zero where the GPUs' numbers have gaps (there Accelerate ends with a KeyError).
MemoryBudget get_balanced_memory(const ModuleTree& tree, MemoryBudget max_memory, const BalanceOptions& options);

}  // namespace fanlight
