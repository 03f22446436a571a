#include "core/worker/process_memory.h"

#include <c10/core/CachingDeviceAllocator.h>
#include <unistd.h>

#include <fstream>

namespace fanlight {

int64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    int64_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

int64_t device_bytes(at::Device device) {
    if (!device.is_cuda()) return 0;
    c10::DeviceAllocator* const allocator = c10::getDeviceAllocator(device.type());
    if (!allocator || !allocator->initialized()) return 0;
    constexpr size_t all_pools = 0;
    return allocator->getDeviceStats(device.index()).reserved_bytes[all_pools].current;
}

}  // namespace fanlight
