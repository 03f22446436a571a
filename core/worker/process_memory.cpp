#include "core/worker/process_memory.h"

#include <unistd.h>

#include <fstream>

#include "core/weights/accelerator.h"

namespace fanlight {

int64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    int64_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

int64_t device_bytes(at::Device device) { return device.is_cpu() ? 0 : accelerator().bytes_in_use(device.index()); }

}  // namespace fanlight
