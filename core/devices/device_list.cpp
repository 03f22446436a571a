#include "core/devices/device_list.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/devices/nvml_library.h"
#include "core/devices/program_memory.h"

namespace fanlight {

namespace {

/// Whether a display controller of NVIDIA's is in the machine, whatever drives it.
bool has_nvidia_card() {
    namespace fs = std::filesystem;
    std::error_code error;
    const auto first_line = [](const fs::path& file) {
        std::string line;
        std::getline(std::ifstream(file) >> std::ws, line);
        return line;
    };
    for (fs::directory_iterator card("/sys/bus/pci/devices", error), end; !error && card != end; card.increment(error))
        if (first_line(card->path() / "vendor") == "0x10de" && first_line(card->path() / "class").starts_with("0x03"))
            return true;
    return false;
}

/// NVML, initialised once per process: this takes up to a second on a machine with many cards, a reading 1 ms.
class Driver {
public:
    Driver() : nvml_(load_nvml()) {
        if (!nvml_) return;
        const nvmlReturn_t result = nvml_->init();
        if (result == NVML_SUCCESS) return;
        problem_ = sentence_about(*nvml_, result);
        nvml_.reset();
    }
    ~Driver() {
        if (nvml_) nvml_->shutdown();
    }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    std::vector<Device> gpus() const { return nvml_ ? list_gpus(*nvml_) : std::vector<Device>(); }
    std::string version() const { return nvml_ ? version_of(*nvml_) : ""; }
    const Sentence& problem() const { return problem_; }

private:
    static Sentence sentence_about(const NvmlFunctions& nvml, nvmlReturn_t result) {
        if (result == NVML_ERROR_LIB_RM_VERSION_MISMATCH)
            return "NVIDIA's driver has been updated while it was running; restart the machine.";
        if (result == NVML_ERROR_NO_PERMISSION)
            return "There is no permission to use NVIDIA's driver; see that /dev/nvidia* can be read and written.";
        if (result == NVML_ERROR_DRIVER_NOT_LOADED && !has_nvidia_card()) return {};
        const char* text = nvml.error_text ? nvml.error_text(result) : "";
        return Sentence("NVIDIA's driver does not answer (%1); nvidia-smi may say more.", text);
    }

    std::unique_ptr<NvmlFunctions> nvml_;
    Sentence problem_;
};

const Driver& driver() {
    static const Driver driver;
    return driver;
}

Sentence present(const std::vector<Device>& devices) {
    std::vector<std::string> ids;
    for (const Device& device : devices) ids.push_back(device.id);
    return ids.empty() ? Sentence("this machine has none") : Sentence("this machine has %1", listed(ids));
}

/// GPUs that cannot be used are not replaced by the CPU without a word: a night would not be enough.
std::vector<std::string> all_devices(const std::vector<Device>& devices, const Sentence& driver_problem) {
    const auto refuse = [](const Sentence& problem) {
        throw UsageError("--devices all: %1 To use the CPU, give --devices cpu.", problem);
    };
    if (!driver_problem.empty()) refuse(driver_problem);
    std::vector<std::string> gpus;
    Sentence reason;
    for (const Device& device : devices) {
        const Sentence own = obstacle_to_use(device);
        if (device.kind != "cpu" && own.empty()) gpus.push_back(device.id);
        if (reason.empty() && !own.empty()) reason = Sentence("%1 cannot be used: %2", device.id, own);
    }
    if (gpus.empty() && !reason.empty()) refuse(reason);
    return gpus.empty() ? std::vector<std::string>{"cpu"} : gpus;
}

}  // namespace

std::vector<Device> list_devices() {
    std::vector<Device> devices = driver().gpus();
    if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) devices = visible_gpus(devices, visible);
    devices.push_back(cpu_device());
    return devices;
}

std::vector<Device> usable_devices(const std::vector<Device>& devices, const std::string& kind) {
    std::vector<Device> usable;
    std::copy_if(devices.begin(), devices.end(), std::back_inserter(usable),
                 [&](const Device& device) { return device.kind == kind && device.problem.empty(); });
    return usable;
}

Sentence obstacle_to_use(const Device& device) {
    if (!device.problem.empty()) return device.problem;
    const bool is_full = device.kind == "cuda" && device.memory_total > 0 &&
                         device.memory_free + device.memory_idle < ProgramMemory::least_cuda_context;
    if (!is_full) return {};
    return Sentence("it is full, %1 of its %2 are free; end the programs that use it (nvidia-smi lists them).",
                    memory_text(static_cast<Bytes>(device.memory_free)),
                    memory_text(static_cast<Bytes>(device.memory_total)));
}

Sentence driver_problem() {
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    const bool is_driver = !driver().problem().empty() || !visible;
    return is_driver ? driver().problem() : visibility_problem(driver().gpus(), visible);
}

std::string driver_version() { return driver().version(); }

std::vector<std::string> parse_devices(const std::string& text, const std::vector<Device>& devices,
                                       const Sentence& driver_problem) {
    if (trimmed(text) == "all") return all_devices(devices, driver_problem);
    std::vector<std::string> ids;
    std::istringstream entries(text + ",");
    for (std::string entry; std::getline(entries, entry, ',');) {
        const std::string id(trimmed(entry));
        const auto device = std::find_if(devices.begin(), devices.end(), [&](const Device& d) { return d.id == id; });
        if (device == devices.end() && (driver_problem.empty() || id == "cpu"))
            throw UsageError("--devices: there is no device \"%1\"; %2, and \"all\" means every GPU", id,
                             present(devices));
        if (device == devices.end()) throw UsageError("--devices: there is no device \"%1\"; %2", id, driver_problem);
        if (const Sentence reason = obstacle_to_use(*device); !reason.empty())
            throw UsageError("--devices: %1 cannot be used: %2", id, reason);
        if (device->kind != "cpu" && std::find(ids.begin(), ids.end(), id) != ids.end())
            throw UsageError("--devices: %1 is named twice; a GPU takes one worker", id);
        ids.push_back(id);
    }
    return ids;
}

}  // namespace fanlight
