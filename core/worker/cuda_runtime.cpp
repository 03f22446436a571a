#include "core/worker/cuda_runtime.h"

#include <ATen/ATen.h>
#include <dlfcn.h>

#include <array>
#include <charconv>
#include <filesystem>

#include "core/base/error.h"

namespace fanlight {

namespace {

/// LibTorch registers its CUDA kernels when this library is loaded; it is in the same folder as the CPU half.
void load_cuda_half() {
    static const bool loaded = [] {
        Dl_info info{};
        ::dladdr(reinterpret_cast<const void*>(&at::globalContext), &info);
        const auto library = std::filesystem::path(info.dli_fname).parent_path() / "libtorch_cuda.so";
        if (!::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL))
            throw Error("Cannot load the CUDA half of LibTorch: " + std::string(::dlerror()));
        return true;
    }();
    (void)loaded;
}

/// A function of the driver (cuDeviceGetName, cuDeviceGetUuid_v2) in libcuda, which the CUDA half has loaded.
template <typename Function>
Function* driver_function(const char* name) {
    static void* const driver = ::dlopen("libcuda.so.1", RTLD_LAZY);
    return driver ? reinterpret_cast<Function*>(::dlsym(driver, name)) : nullptr;
}

}  // namespace

at::Device device_named(const std::string& name) {
    if (name == "cpu") return at::kCPU;
    int index = -1;
    const bool numbered =
        name.starts_with("cuda:") &&
        std::from_chars(name.data() + 5, name.data() + name.size(), index).ptr == name.data() + name.size();
    if (!numbered || index < 0) throw Error("There is no device \"" + name + "\"; choose cpu or cuda:0, cuda:1, …");
    const int count = cuda_device_count();
    if (count == 0) throw Error("No CUDA driver answers; install NVIDIA's driver or use --devices cpu.");
    if (index >= count)
        throw Error("There is no device \"" + name + "\"; this machine has " + std::to_string(count) +
                    " CUDA devices.");
    return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

int cuda_device_count() {
    load_cuda_half();
    return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
}

CudaDevice describe_cuda_device(at::Device device) {
    CudaDevice description{"CUDA device " + std::to_string(device.index()), ""};
    std::array<char, 256> name{};
    if (auto* get_name = driver_function<int(char*, int, int)>("cuDeviceGetName");
        get_name && get_name(name.data(), name.size(), device.index()) == 0)
        description.name = name.data();
    std::array<unsigned char, 16> uuid{};
    if (auto* get_uuid = driver_function<int(unsigned char*, int)>("cuDeviceGetUuid_v2");
        get_uuid && get_uuid(uuid.data(), device.index()) == 0) {
        description.uuid = "GPU-";
        constexpr char digits[] = "0123456789abcdef";
        for (size_t i = 0; i < uuid.size(); ++i) {
            if (i == 4 || i == 6 || i == 8 || i == 10) description.uuid += '-';
            description.uuid += digits[uuid[i] >> 4];
            description.uuid += digits[uuid[i] & 15];
        }
    }
    return description;
}

}  // namespace fanlight
