#include "core/devices/memory_reserve.h"

#include <algorithm>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/devices/program_memory.h"

namespace fanlight {

namespace {

Bytes reserve_on(const MemoryReserve& reserve, const Device& device) {
    for (const auto& [id, bytes] : reserve.named)
        if (id == device.id) return bytes;
    return reserve.each.value_or(device.display ? display_reserve : 0);
}

}  // namespace

MemoryReserve parse_memory_reserve(const std::string& text) {
    MemoryReserve reserve;
    std::vector<std::string> named;
    std::istringstream entries(text + ",");
    for (std::string entry; std::getline(entries, entry, ',');) {
        if (entry.find('=') != std::string::npos) {
            named.push_back(entry);
        } else {
            if (reserve.each) throw UsageError("--reserve-memory: there is one size for every GPU, not two");
            reserve.each = parse_memory_size(entry);
        }
    }
    if (!named.empty()) reserve.named = parse_max_memory(join(named, ","));
    return reserve;
}

MemoryBudget reserved_memory(const MemoryReserve& reserve, const std::vector<std::string>& ids,
                             const std::vector<Device>& devices) {
    const auto is_used = [&](const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
    for (const auto& [id, bytes] : reserve.named)
        if (gpu_number(id) < 0 || !is_used(id))
            throw UsageError("--reserve-memory names %1, which is not among the run's GPUs", id);
    MemoryBudget reserved;
    bool has_gpu = false;
    for (const Device& device : devices) {
        if (gpu_number(device.id) < 0 || !is_used(device.id)) continue;
        has_gpu = true;
        const Bytes bytes = reserve_on(reserve, device);
        if (!reserve.is_default() && device.memory_total > 0 && bytes >= static_cast<Bytes>(device.memory_total))
            throw UsageError("--reserve-memory: %1 has %2, and all of it would be reserved; give less than that",
                             device.id, memory_text(device.memory_total));
        if (bytes > 0) reserved.emplace_back(device.id, bytes);
    }
    if (!has_gpu && !reserve.is_default())
        throw UsageError("--reserve-memory is for GPUs, and the run uses none; leave it out");
    return reserved;
}

int64_t memory_for_run(const Device& device, const MemoryBudget& reserved, bool served) {
    const int64_t free = device.memory_free + (served ? device.memory_idle : 0);
    return std::max<int64_t>(0, free - static_cast<int64_t>(bytes_on(reserved, device.id)));
}

MemoryBudget tensor_limits(const std::vector<Device>& devices, const MemoryBudget& reserved, bool served,
                           int communicators) {
    MemoryBudget limits;
    for (const Device& device : devices) {
        if (bytes_on(reserved, device.id) <= 0 || device.memory_total == 0) continue;
        // PyTorch's allocator holds the libraries' workspaces, too.
        const int64_t outside = program_memory_on(device.id, communicators) - ProgramMemory::cublas_workspace -
                                ProgramMemory::cudnn_workspace;
        const int64_t left = memory_for_run(device, reserved, served) - outside;
        limits.emplace_back(device.id, static_cast<Bytes>(std::max<int64_t>(0, left)));
    }
    return limits;
}

}  // namespace fanlight
