#include "core/weights/accelerator.h"

#include <ATen/ATen.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "core/base/own_library.h"

namespace fanlight {

namespace {

/// LibTorch registers its CUDA kernels when this library is loaded; it is in the same folder as the CPU half.
void load_cuda_half() {
    static const bool loaded = [] {
        Dl_info info{};
        ::dladdr(reinterpret_cast<const void*>(&at::globalContext), &info);
        const auto library = std::filesystem::path(info.dli_fname).parent_path() / "libtorch_cuda.so";
        if (!::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL))
            throw Error("Cannot load the CUDA half of LibTorch: %1", std::string(::dlerror()));
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

std::string uuid_text(const std::array<unsigned char, 16>& uuid) {
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    std::string text = visible && std::string_view(visible).starts_with("MIG-") ? "MIG-" : "GPU-";
    constexpr char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < uuid.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += digits[uuid[i] >> 4];
        text += digits[uuid[i] & 15];
    }
    return text;
}

c10::cuda::CUDACachingAllocator::CUDAAllocator& cuda_allocator() {
    at::globalContext().lazyInitDevice(at::kCUDA);
    return static_cast<c10::cuda::CUDACachingAllocator::CUDAAllocator&>(*c10::getDeviceAllocator(at::kCUDA));
}

class Cuda : public Accelerator {
public:
    c10::DeviceType type() const override { return at::kCUDA; }

    int count() override {
        load_cuda_half();
        loaded_ = true;
        return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
    }

    Card describe(int index) const override {
        Card card{"CUDA device " + std::to_string(index), ""};
        std::array<char, 256> name{};
        if (auto* get_name = driver_function<int(char*, int, int)>("cuDeviceGetName");
            get_name && get_name(name.data(), name.size(), index) == 0)
            card.name = name.data();
        std::array<unsigned char, 16> uuid{};
        if (auto* get_uuid = driver_function<int(unsigned char*, int)>("cuDeviceGetUuid_v2");
            get_uuid && get_uuid(uuid.data(), index) == 0)
            card.uuid = uuid_text(uuid);
        return card;
    }

    int64_t bytes_in_use(int index) const override {
        c10::DeviceAllocator* const allocator = c10::getDeviceAllocator(type());
        if (!allocator || !allocator->initialized()) return 0;
        constexpr size_t all_pools = 0;
        return allocator->getDeviceStats(static_cast<c10::DeviceIndex>(index)).reserved_bytes[all_pools].current;
    }

    int64_t bytes_left(int index) const override {
        auto& allocator = cuda_allocator();
        const auto device = static_cast<c10::DeviceIndex>(index);
        const auto [free, total] = allocator.getMemoryInfo(device);
        const auto limit = static_cast<int64_t>(allocator.getMemoryFraction(device) * static_cast<double>(total));
        return std::clamp<int64_t>(limit - bytes_in_use(index), 0, static_cast<int64_t>(free));
    }

    void limit_memory(int index, int64_t bytes) override {
        auto& allocator = cuda_allocator();
        const auto device = static_cast<c10::DeviceIndex>(index);
        const auto total = static_cast<double>(allocator.getMemoryInfo(device).second);
        allocator.setMemoryFraction(std::clamp(static_cast<double>(bytes) / total, 0.0, 1.0), device);
    }

    void empty_cache() override {
        c10::DeviceAllocator* const allocator = loaded_ ? c10::getDeviceAllocator(type()) : nullptr;
        if (allocator && allocator->initialized()) allocator->emptyCache();
    }

    int64_t failed_allocations() const override {
        c10::DeviceAllocator* const allocator = loaded_ ? c10::getDeviceAllocator(type()) : nullptr;
        if (!allocator || !allocator->initialized()) return 0;
        int64_t failed = 0;
        for (int card = 0; card < static_cast<int>(at::detail::getCUDAHooks().deviceCount()); ++card)
            failed += allocator->getDeviceStats(static_cast<c10::DeviceIndex>(card)).num_ooms;
        return failed;
    }

    std::unique_ptr<DeviceGraph> new_graph(int index) override {
        static const auto make = reinterpret_cast<DeviceGraph* (*)(int)>(
            function_of(open_own_library("libfanlight-cuda.so"), "fanlight_new_cuda_graph"));
        if (!make) throw Error("libfanlight-cuda.so is of another version of Fanlight");
        return std::unique_ptr<DeviceGraph>(make(index));
    }

private:
    std::atomic<bool> loaded_{false};
};

std::unique_ptr<Accelerator>& instance() {
    static std::unique_ptr<Accelerator> own = std::make_unique<Cuda>();
    return own;
}

}  // namespace

Accelerator& accelerator() { return *instance(); }

void set_accelerator(std::unique_ptr<Accelerator> other) { instance() = std::move(other); }

MemoryShortage::MemoryShortage()
    : Error(
          "The device has so little free memory that pictures would differ in their last bits; lower --batch-size or "
          "the size, or end other programs that use it.") {}

at::Device device_named(const std::string& name) {
    if (name == "cpu") return at::kCPU;
    int index = -1;
    const bool numbered =
        name.starts_with("cuda:") &&
        std::from_chars(name.data() + 5, name.data() + name.size(), index).ptr == name.data() + name.size();
    if (!numbered || index < 0) throw Error("There is no device \"%1\"; choose cpu or cuda:0, cuda:1, …", name);
    const int count = accelerator().count();
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    if (count == 0 && visible && *visible)
        throw Error(
            "CUDA does not find %1; the GPU has been lost or changed, see fanlight devices or choose others with "
            "--devices.",
            visible);
    if (count == 0) throw Error("CUDA finds no GPU; see fanlight devices for why, or use --devices cpu.");
    if (index >= count)
        throw Error("There is no device \"%1\"; this machine has %2.", name,
                    counted(count, "%n CUDA device", "%n CUDA devices"));
    return at::Device(accelerator().type(), static_cast<at::DeviceIndex>(index));
}

}  // namespace fanlight
