#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "core/devices/device_list.h"
#include "core/devices/memory_reserve.h"

namespace fanlight {

namespace {

std::string gibibytes(int64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / (1 << 30));
    return text;
}

std::string capability(const Device& device) {
    if (device.capability == 0) return "";
    return std::to_string(device.capability / 10) + "." + std::to_string(device.capability % 10);
}

ExitCode show_devices() {
    const std::vector<Device> devices = list_devices();
    std::printf("%-8s %-36s %10s %10s %10s  %s\n", "DEVICE", "NAME", "MEMORY", "FREE", "CAPABILITY", "UUID");
    for (const Device& device : devices)
        std::printf("%-8s %-36s %10s %10s %10s  %s\n", device.id.c_str(), device.name.c_str(),
                    gibibytes(device.memory_total).c_str(), gibibytes(device.memory_free).c_str(),
                    capability(device).c_str(), device.uuid.c_str());
    if (const std::string version = driver_version(); !version.empty())
        std::printf("NVIDIA driver %s\n", version.c_str());
    for (const Device& device : devices) {
        if (device.display)
            std::printf("%s drives a display, to which runs leave %s (see --reserve-memory)\n", device.id.c_str(),
                        memory_text(display_reserve).c_str());
        if (!device.warning.empty()) std::printf("%s: %s\n", device.id.c_str(), device.warning.text().c_str());
    }
    for (const Device& device : devices)
        if (!device.problem.empty())
            std::printf("%s cannot be used: %s\n", device.id.c_str(), device.problem.text().c_str());
    if (const Sentence problem = driver_problem(); !problem.empty()) std::printf("%s\n", problem.text().c_str());
    return ExitCode::Done;
}

}  // namespace

Action add_devices(CLI::App& app) {
    add_examples(app, {"fanlight devices"});
    return &show_devices;
}

}  // namespace fanlight
