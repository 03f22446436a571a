#include "core/devices/device_list.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/devices/nvml_library.h"

namespace fanlight {

namespace {

/// NVML, initialised once per process: this takes up to a second on a machine with many cards, a reading 1 ms.
class Driver {
public:
    Driver() : nvml_(load_nvml()) {
        if (nvml_ && nvml_->init() != NVML_SUCCESS) nvml_.reset();
    }
    ~Driver() {
        if (nvml_) nvml_->shutdown();
    }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    std::vector<Device> gpus() const { return nvml_ ? list_gpus(*nvml_) : std::vector<Device>(); }

private:
    std::unique_ptr<NvmlFunctions> nvml_;
};

std::vector<std::string> ids_of(const std::vector<Device>& devices, std::string_view kind = {}) {
    std::vector<std::string> ids;
    for (const Device& device : devices)
        if (kind.empty() || device.kind == kind) ids.push_back(device.id);
    return ids;
}

std::string present(const std::vector<Device>& devices) {
    return devices.empty() ? "this machine has none" : "this machine has " + listed(ids_of(devices));
}

}  // namespace

std::vector<Device> list_devices() {
    static const Driver driver;
    std::vector<Device> devices = driver.gpus();
    if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) devices = visible_gpus(devices, visible);
    devices.push_back(cpu_device());
    return devices;
}

std::vector<std::string> parse_devices(const std::string& text, const std::vector<Device>& devices) {
    if (trimmed(text) == "all") {
        const auto gpus = ids_of(devices, "cuda");
        return gpus.empty() ? std::vector<std::string>{"cpu"} : gpus;
    }
    std::vector<std::string> ids;
    std::istringstream entries(text + ",");
    for (std::string entry; std::getline(entries, entry, ',');) {
        const std::string id(trimmed(entry));
        const auto device = std::find_if(devices.begin(), devices.end(), [&](const Device& d) { return d.id == id; });
        if (device == devices.end())
            throw UsageError("--devices: there is no device \"" + id + "\"; " + present(devices) +
                             ", and \"all\" stands for every GPU");
        if (device->kind != "cpu" && std::find(ids.begin(), ids.end(), id) != ids.end())
            throw UsageError("--devices: " + id + " is named twice; a GPU takes one worker");
        ids.push_back(id);
    }
    return ids;
}

}  // namespace fanlight
