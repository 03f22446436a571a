#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/devices/device_list.h"
#include "core/devices/memory_budget.h"

namespace fanlight {

/// Memory of GPUs that is left to other programs, beside what they use already.
struct MemoryReserve {
    std::optional<Bytes> each;  ///< of every GPU that is not named; unset: the default
    MemoryBudget named;

    bool is_default() const { return !each && named.empty(); }
};

/// The default on a card that drives a display, and 0 on others. What the desktop uses now is not free anyway; this is
/// for windows to come: each takes about 100 MB on a 4K screen (three buffers of 33 MB), so it suffices for half a
/// dozen.
inline constexpr Bytes display_reserve = 600e6;

/// Parses "2GB" (of every GPU), "cuda:0=2GB,cuda:1=0" or "1GB,cuda:0=2GB", the format of --reserve-memory. Throws
/// UsageError naming the entry that is wrong.
MemoryReserve parse_memory_reserve(const std::string& text);

/// What is reserved on these GPUs (others than GPUs are left out), where that is anything. Throws UsageError if a
/// reserve is asked for and there is no GPU among `ids`, if it names a device that is not, or leaves nothing of one.
MemoryBudget reserved_memory(const MemoryReserve& reserve, const std::vector<std::string>& ids,
                             const std::vector<Device>& devices);

/// What a run may use of a device, in bytes: what is free now and not reserved. `served`: as in PlacementRequest.
int64_t memory_for_run(const Device& device, const MemoryBudget& reserved, bool served);

/// How much the tensors of one process may take on each device of which something is reserved, and whose memory the
/// driver reports. `communicators`: its connections by NCCL, whose memory is not PyTorch's.
MemoryBudget tensor_limits(const std::vector<Device>& devices, const MemoryBudget& reserved, bool served,
                           int communicators);

}  // namespace fanlight
