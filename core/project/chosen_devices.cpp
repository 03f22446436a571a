#include "core/project/chosen_devices.h"

#include <algorithm>

#include "core/base/text.h"

namespace fanlight {

namespace {

DeviceChoice choice_for(const Device& device, const std::vector<DeviceChoice>& choices) {
    const std::string& name = device.uuid.empty() ? device.id : device.uuid;
    const auto found =
        std::find_if(choices.begin(), choices.end(), [&](const DeviceChoice& one) { return one.device == name; });
    return found == choices.end() ? DeviceChoice{.device = name} : *found;
}

}  // namespace

std::string chosen_devices(const std::vector<DeviceChoice>& choices, const std::vector<Device>& devices) {
    const std::vector<Device> gpus = usable_devices(devices, "cuda");
    bool is_as_usual = true;
    std::vector<std::string> ids;
    for (const Device& device : gpus.empty() ? usable_devices(devices, "cpu") : gpus) {
        const DeviceChoice choice = choice_for(device, choices);
        is_as_usual &= choice == DeviceChoice{.device = choice.device};
        const int workers = device.kind == "cpu" ? std::max(1, choice.workers) : 1;
        if (choice.used) ids.insert(ids.end(), static_cast<size_t>(workers), device.id);
    }
    return is_as_usual ? "all" : join(ids, ",");
}

std::string chosen_pairs(const std::string& chosen, const std::vector<Device>& devices) {
    if (chosen != "all") return chosen;
    const std::vector<Device> gpus = usable_devices(devices, "cuda");
    std::vector<std::string> ids;
    for (const Device& device : gpus.empty() ? usable_devices(devices, "cpu") : gpus) ids.push_back(device.id);
    return join(ids, ",");
}

}  // namespace fanlight
