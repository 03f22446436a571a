#include "core/devices/visible_devices.h"

#include <algorithm>

#include "core/base/text.h"

namespace fanlight {

VisibleDevices::VisibleDevices(const std::vector<std::string>& ids, const std::vector<Device>& devices) {
    for (const std::string& id : ids) {
        if (!id.starts_with("cuda:") || std::find(ids_.begin(), ids_.end(), id) != ids_.end()) continue;
        const auto known = std::find_if(devices.begin(), devices.end(), [&](const Device& d) { return d.id == id; });
        if (known == devices.end() || known->uuid.empty()) {
            ids_.clear();
            uuids_.clear();
            return;
        }
        ids_.push_back(id);
        uuids_.push_back(known->uuid);
    }
}

std::vector<std::pair<std::string, std::string>> VisibleDevices::environment() const {
    std::vector<std::pair<std::string, std::string>> variables = {{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}};
    if (!uuids_.empty()) variables.emplace_back("CUDA_VISIBLE_DEVICES", join(uuids_, ","));
    return variables;
}

std::string VisibleDevices::name_there(const std::string& id) const {
    const auto found = std::find(ids_.begin(), ids_.end(), id);
    return found == ids_.end() ? id : "cuda:" + std::to_string(found - ids_.begin());
}

DeviceMap VisibleDevices::map_there(DeviceMap map) const {
    for (auto& [module, place] : map) place = name_there(place);
    return map;
}

MemoryBudget VisibleDevices::budget_there(const MemoryBudget& budget) const {
    MemoryBudget there;
    for (const auto& [id, bytes] : budget)
        if (ids_.empty() || std::find(ids_.begin(), ids_.end(), id) != ids_.end())
            there.emplace_back(name_there(id), bytes);
    return there;
}

}  // namespace fanlight
