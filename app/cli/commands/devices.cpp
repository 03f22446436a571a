#include <cstdio>

#include "app/cli/command.h"
#include "core/devices/device_list.h"

namespace fanlight {

namespace {

std::string gibibytes(int64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / (1 << 30));
    return text;
}

}  // namespace

Action add_devices(CLI::App&) {
    return [] {
        std::printf("%-8s %-36s %10s %10s  %s\n", "DEVICE", "NAME", "MEMORY", "FREE", "UUID");
        for (const Device& device : list_devices())
            std::printf("%-8s %-36s %10s %10s  %s\n", device.id.c_str(), device.name.c_str(),
                        gibibytes(device.memory_total).c_str(), gibibytes(device.memory_free).c_str(),
                        device.uuid.c_str());
        return ExitCode::Done;
    };
}

}  // namespace fanlight
