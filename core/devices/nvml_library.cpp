#include "core/devices/nvml_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/base/text.h"

namespace fanlight {

namespace {

template <typename Function>
bool find_symbol(void* library, const char* symbol, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, symbol));
    return function != nullptr;
}

template <typename Getter>
std::string text_of(Getter get, nvmlDevice_t gpu) {
    std::array<char, NVML_DEVICE_NAME_V2_BUFFER_SIZE> text{};
    static_assert(NVML_DEVICE_NAME_V2_BUFFER_SIZE == NVML_DEVICE_UUID_V2_BUFFER_SIZE);
    return get(gpu, text.data(), text.size()) == NVML_SUCCESS ? text.data() : "";
}

/// Whether the card is partitioned by MIG: a process could use only one instance, whose name and memory differ from the
/// card's.
bool is_partitioned(const NvmlFunctions& nvml, nvmlDevice_t gpu) {
    unsigned current = 0, pending = 0;
    return nvml.mig_mode(gpu, &current, &pending) == NVML_SUCCESS && current == NVML_DEVICE_MIG_ENABLE;
}

constexpr int min_cuda_driver = 13000, min_capability = 75;  // of the LibTorch wheel
constexpr const char* min_driver = "580";

std::string decimal(int number, int divisor) {
    return std::to_string(number / divisor) + "." + std::to_string(number % divisor * 10 / divisor);
}

std::vector<nvmlProcessInfo_t> processes_on(const NvmlFunctions& nvml, nvmlDevice_t gpu) {
    std::vector<nvmlProcessInfo_t> processes(256);
    auto count = static_cast<unsigned>(processes.size());
    if (!nvml.processes || nvml.processes(gpu, &count, processes.data()) != NVML_SUCCESS) return {};
    processes.resize(std::min<size_t>(count, processes.size()));
    return processes;
}

std::string proc_file(unsigned pid, const char* name) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/" + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Whether it is a worker of `fanlight serve`, which gives its memory back, or uses it for the next run.
bool is_served_worker(unsigned pid) {
    if (!proc_file(pid, "comm").starts_with("fanlight-")) return false;
    const std::string status = proc_file(pid, "status"), parent_key = "\nPPid:\t";
    const size_t at = status.find(parent_key);
    if (at == std::string::npos) return false;
    const auto parent = static_cast<unsigned>(std::atoi(status.c_str() + at + parent_key.size()));
    const std::string words = proc_file(parent, "cmdline");  // each ends with a NUL
    const size_t first = words.find('\0');
    return first != std::string::npos &&
           std::string_view(words).substr(first + 1).starts_with(std::string_view("serve\0", 6));
}

int64_t memory_of_served_workers(const NvmlFunctions& nvml, nvmlDevice_t gpu) {
    int64_t bytes = 0;
    for (const nvmlProcessInfo_t& process : processes_on(nvml, gpu))
        if (process.usedGpuMemory != static_cast<unsigned long long>(NVML_VALUE_NOT_AVAILABLE) &&
            is_served_worker(process.pid))
            bytes += static_cast<int64_t>(process.usedGpuMemory);
    return bytes;
}

std::vector<nvmlDevice_t> slices_of(const NvmlFunctions& nvml, nvmlDevice_t gpu) {
    std::vector<nvmlDevice_t> slices;
    unsigned max = 0;
    if (!is_partitioned(nvml, gpu) || !nvml.max_slices || !nvml.slice || nvml.max_slices(gpu, &max) != NVML_SUCCESS)
        return slices;
    for (unsigned i = 0; i < max; ++i)
        if (nvmlDevice_t slice{}; nvml.slice(gpu, i, &slice) == NVML_SUCCESS) slices.push_back(slice);
    return slices;
}

/// Why LibTorch cannot use the card, with the remedy; empty: it can.
Sentence problem_of(const NvmlFunctions& nvml, nvmlDevice_t gpu, int capability) {
    int cuda = 0;
    if (nvml.cuda_version && nvml.cuda_version(&cuda) == NVML_SUCCESS && cuda < min_cuda_driver)
        return Sentence("its driver %1 is for CUDA %2, and CUDA %3 is needed; install NVIDIA's driver %4 or newer.",
                        version_of(nvml), decimal(cuda, 1000), decimal(min_cuda_driver, 1000), min_driver);
    if (capability > 0 && capability < min_capability)
        return Sentence("its compute capability is %1, and at least %2 is needed (Turing or newer).",
                        decimal(capability, 10), decimal(min_capability, 10));
    if (is_partitioned(nvml, gpu))
        return Sentence(
            "it is partitioned by MIG and has no instance; create some, or switch that off (nvidia-smi -mig 0).");
    nvmlComputeMode_t mode = NVML_COMPUTEMODE_DEFAULT;
    if (nvml.compute_mode && nvml.compute_mode(gpu, &mode) != NVML_SUCCESS) mode = NVML_COMPUTEMODE_DEFAULT;
    if (mode == NVML_COMPUTEMODE_PROHIBITED)
        return Sentence("it is barred from computing; allow that (nvidia-smi -c 0).");
    if (mode != NVML_COMPUTEMODE_EXCLUSIVE_PROCESS) return {};
    const auto users = processes_on(nvml, gpu);
    const bool taken = std::any_of(users.begin(), users.end(), [](const auto& p) { return !is_served_worker(p.pid); });
    if (!taken) return {};
    return Sentence("another program has it to itself; end that, or share the card (nvidia-smi -c 0).");
}

struct RemappedRows {
    unsigned corrected = 0, uncorrected = 0, pending = 0, failed = 0;
};

RemappedRows remapped_rows(const NvmlFunctions& nvml, nvmlDevice_t gpu) {
    RemappedRows rows;
    const bool known = nvml.remapped_rows && nvml.remapped_rows(gpu, &rows.corrected, &rows.uncorrected, &rows.pending,
                                                                &rows.failed) == NVML_SUCCESS;
    return known ? rows : RemappedRows();
}

bool has_pages_to_retire(const NvmlFunctions& nvml, nvmlDevice_t gpu) {
    nvmlEnableState_t pending = NVML_FEATURE_DISABLED;
    return nvml.retirement && nvml.retirement(gpu, &pending) == NVML_SUCCESS && pending == NVML_FEATURE_ENABLED;
}

/// Errors in its memory that ECC could not correct. No wrong value comes of them, since the driver ends the process
/// that meets one; its items are then made elsewhere. So the card stays in use, with a word about it.
Sentence warning_about(const NvmlFunctions& nvml, nvmlDevice_t gpu) {
    const RemappedRows rows = remapped_rows(nvml, gpu);
    if (rows.failed > 0)
        return Sentence(
            "faulty rows of its memory can no longer be replaced; have the card examined (nvidia-smi -q -d "
            "ROW_REMAPPER).");
    if (rows.pending > 0 || has_pages_to_retire(nvml, gpu))
        return Sentence(
            "faulty parts of its memory wait to be replaced; reset it when nothing uses it (nvidia-smi -r), or restart "
            "the machine.");
    unsigned long long errors = 0;
    const bool known = nvml.ecc_errors && nvml.ecc_errors(gpu, NVML_MEMORY_ERROR_TYPE_UNCORRECTED, NVML_VOLATILE_ECC,
                                                          &errors) == NVML_SUCCESS;
    if (!known || errors == 0) return {};
    return Sentence("its memory has had %1 that could not be corrected; reset it when nothing uses it (nvidia-smi -r).",
                    counted(static_cast<int64_t>(errors), "%n error", "%n errors"));
}

bool drives_display(const NvmlFunctions& nvml, nvmlDevice_t gpu) {
    nvmlEnableState_t active = NVML_FEATURE_DISABLED;
    return nvml.display && nvml.display(gpu, &active) == NVML_SUCCESS && active == NVML_FEATURE_ENABLED;
}

Device read_gpu(const NvmlFunctions& nvml, nvmlDevice_t gpu, unsigned index) {
    Device device{.id = "cuda:" + std::to_string(index), .kind = "cuda"};
    device.name = text_of(nvml.name, gpu);
    device.uuid = text_of(nvml.uuid, gpu);
    if (nvmlPciInfo_t pci{}; nvml.pci(gpu, &pci) == NVML_SUCCESS) device.pci_bus_id = pci.busId;
    if (nvmlMemory_t memory{}; nvml.memory(gpu, &memory) == NVML_SUCCESS) {
        device.memory_total = static_cast<int64_t>(memory.total);
        device.memory_free = static_cast<int64_t>(memory.free);
        device.memory_idle = std::min(memory_of_served_workers(nvml, gpu), device.memory_total - device.memory_free);
    }
    if (unsigned celsius = 0; nvml.temperature(gpu, NVML_TEMPERATURE_GPU, &celsius) == NVML_SUCCESS)
        device.temperature_c = static_cast<int>(celsius);
    if (nvmlUtilization_t busy{}; nvml.utilisation(gpu, &busy) == NVML_SUCCESS)
        device.utilisation_percent = static_cast<int>(busy.gpu);
    if (int major = 0, minor = 0; nvml.capability && nvml.capability(gpu, &major, &minor) == NVML_SUCCESS)
        device.capability = 10 * major + minor;
    device.display = drives_display(nvml, gpu);
    device.warning = warning_about(nvml, gpu);
    device.problem = problem_of(nvml, gpu, device.capability);
    if (unsigned milliwatts = 0; nvml.power(gpu, &milliwatts) == NVML_SUCCESS) device.power_watts = milliwatts / 1e3;
    return device;
}

/// A card that the driver counts and cannot reach.
Device lost_gpu(unsigned index, nvmlReturn_t result) {
    Device device{.id = "cuda:" + std::to_string(index), .kind = "cuda", .name = "GPU " + std::to_string(index)};
    device.problem = result == NVML_ERROR_GPU_IS_LOST     ? Sentence("it has fallen off the bus; restart the machine.")
                     : result == NVML_ERROR_NO_PERMISSION ? Sentence("there is no permission to use it.")
                     : result == NVML_ERROR_INSUFFICIENT_POWER
                         ? Sentence("its power cables are not connected.")
                         : Sentence("the driver cannot reach it; nvidia-smi may say more.");
    return device;
}

/// The GPUs that an entry of CUDA_VISIBLE_DEVICES fits; one is enough and needed.
std::vector<const Device*> named_gpus(const std::vector<Device>& gpus, std::string_view entry) {
    constexpr size_t prefix_of_all = std::string_view("GPU-").size();
    size_t number = 0;
    const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), number);
    const bool is_number = error == std::errc() && end == entry.data() + entry.size();
    std::vector<const Device*> named;
    for (const Device& gpu : gpus)
        if (is_number ? gpu.id == "cuda:" + std::to_string(number)
                      : entry.size() > prefix_of_all && gpu.uuid.starts_with(entry))
            named.push_back(&gpu);
    return named;
}

/// What CUDA_VISIBLE_DEVICES selects, and where and why the list breaks off.
struct Selection {
    std::vector<const Device*> gpus;
    std::string_view bad_entry;
    Sentence fault;
};

Selection selection_of(const std::vector<Device>& gpus, const std::string& list) {
    Selection selected;
    for (size_t begin = 0; begin < list.size() && selected.fault.empty();) {
        const size_t comma = std::min(list.find(',', begin), list.size());
        const std::string_view entry = trimmed(std::string_view(list).substr(begin, comma - begin));
        begin = comma + 1;
        if (entry == "-1" || entry == "NoDevFiles") break;
        const auto named = named_gpus(gpus, entry);
        const bool again = named.size() == 1 &&
                           std::find(selected.gpus.begin(), selected.gpus.end(), named.front()) != selected.gpus.end();
        selected.fault = named.empty()      ? Sentence("names no GPU of this machine")
                         : named.size() > 1 ? Sentence("fits more than one GPU")
                         : again            ? Sentence("is named twice")
                                            : Sentence();
        if (!selected.fault.empty()) selected.bad_entry = entry;
        if (again) selected.gpus.clear();
        if (selected.fault.empty()) selected.gpus.push_back(named.front());
    }
    return selected;
}

}  // namespace

std::unique_ptr<NvmlFunctions> load_nvml(const char* library) {
    void* const handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return nullptr;
    auto nvml = std::make_unique<NvmlFunctions>();
    const bool complete =
        find_symbol(handle, "nvmlInit_v2", nvml->init) && find_symbol(handle, "nvmlShutdown", nvml->shutdown) &&
        find_symbol(handle, "nvmlDeviceGetCount_v2", nvml->count) &&
        find_symbol(handle, "nvmlDeviceGetHandleByIndex_v2", nvml->handle) &&
        find_symbol(handle, "nvmlDeviceGetName", nvml->name) && find_symbol(handle, "nvmlDeviceGetUUID", nvml->uuid) &&
        find_symbol(handle, "nvmlDeviceGetPciInfo_v3", nvml->pci) &&
        find_symbol(handle, "nvmlDeviceGetMemoryInfo", nvml->memory) &&
        find_symbol(handle, "nvmlDeviceGetTemperature", nvml->temperature) &&
        find_symbol(handle, "nvmlDeviceGetUtilizationRates", nvml->utilisation) &&
        find_symbol(handle, "nvmlDeviceGetPowerUsage", nvml->power) &&
        find_symbol(handle, "nvmlDeviceGetMigMode", nvml->mig_mode);
    find_symbol(handle, "nvmlErrorString", nvml->error_text);
    find_symbol(handle, "nvmlSystemGetDriverVersion", nvml->driver_version);
    find_symbol(handle, "nvmlSystemGetCudaDriverVersion_v2", nvml->cuda_version);
    find_symbol(handle, "nvmlDeviceGetCudaComputeCapability", nvml->capability);
    find_symbol(handle, "nvmlDeviceGetMaxMigDeviceCount", nvml->max_slices);
    find_symbol(handle, "nvmlDeviceGetMigDeviceHandleByIndex", nvml->slice);
    find_symbol(handle, "nvmlDeviceGetComputeMode", nvml->compute_mode);
    find_symbol(handle, "nvmlDeviceGetComputeRunningProcesses_v3", nvml->processes);
    find_symbol(handle, "nvmlDeviceGetDisplayActive", nvml->display);
    find_symbol(handle, "nvmlDeviceGetTotalEccErrors", nvml->ecc_errors);
    find_symbol(handle, "nvmlDeviceGetRetiredPagesPendingStatus", nvml->retirement);
    find_symbol(handle, "nvmlDeviceGetRemappedRows", nvml->remapped_rows);
    return complete ? std::move(nvml) : nullptr;
}

std::string version_of(const NvmlFunctions& nvml) {
    std::array<char, NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE> text{};
    const bool known = nvml.driver_version && nvml.driver_version(text.data(), text.size()) == NVML_SUCCESS;
    return known ? text.data() : "";
}

std::vector<Device> list_gpus(const NvmlFunctions& nvml) {
    unsigned count = 0;
    if (nvml.count(&count) != NVML_SUCCESS) return {};
    std::vector<Device> gpus;
    const auto next = [&] { return static_cast<unsigned>(gpus.size()); };
    for (unsigned index = 0; index < count; ++index) {
        nvmlDevice_t gpu{};
        if (const nvmlReturn_t result = nvml.handle(index, &gpu); result != NVML_SUCCESS) {
            gpus.push_back(lost_gpu(next(), result));
            continue;
        }
        const auto slices = slices_of(nvml, gpu);
        if (slices.empty()) gpus.push_back(read_gpu(nvml, gpu, next()));
        for (const nvmlDevice_t slice : slices) {
            gpus.push_back(read_gpu(nvml, slice, next()));
            gpus.back().slice = true;
        }
    }
    return gpus;
}

std::vector<Device> visible_gpus(const std::vector<Device>& gpus, const std::string& cuda_visible_devices) {
    std::vector<Device> visible;
    for (const Device* gpu : selection_of(gpus, cuda_visible_devices).gpus) {
        visible.push_back(*gpu);
        visible.back().id = "cuda:" + std::to_string(visible.size() - 1);
    }
    return visible;
}

Sentence visibility_problem(const std::vector<Device>& gpus, const std::string& cuda_visible_devices) {
    const Selection selected = selection_of(gpus, cuda_visible_devices);
    if (gpus.empty() || selected.fault.empty()) return {};
    return Sentence("CUDA_VISIBLE_DEVICES is \"%1\", and \"%2\" %3; correct it, or unset it.", cuda_visible_devices,
                    selected.bad_entry, selected.fault);
}

}  // namespace fanlight
