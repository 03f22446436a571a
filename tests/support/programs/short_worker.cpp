// fanlight-worker on a machine with little main memory: its tensors take at most $SHORT_WORKER_BYTES, beyond which
// LibTorch's allocator fails as it would. The most that they have taken, to a hundredth, is always in the file
// $SHORT_WORKER_PEAK: the program ends without a last word.

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <mutex>
#include <unordered_map>

#include "app/worker/worker_program.h"

namespace {

/// Lives as long as the process: tensors in static variables are freed last.
class LittleMemory : public c10::Allocator {
public:
    explicit LittleMemory(size_t bytes) : bytes_(bytes) {}

    c10::DataPtr allocate(size_t bytes) override {
        const std::lock_guard lock(mutex_);
        constexpr size_t more_than_there_is = size_t{1} << 60;
        void* block = c10::alloc_cpu(bytes > bytes_ - used_ ? more_than_there_is : bytes);  // which throws
        if (block) blocks_[block] = bytes;
        used_ += block ? bytes : 0;
        if (used_ > told_ + told_ / 100) tell();
        return {block, block, &give_back, c10::DeviceType::CPU};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &give_back; }
    void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }

private:
    void tell() {
        told_ = used_;
        if (const char* file = std::getenv("SHORT_WORKER_PEAK")) std::ofstream(file) << told_;
    }

    static void give_back(void* block);

    void free(void* block) {
        const std::lock_guard lock(mutex_);
        const auto known = blocks_.find(block);
        if (known == blocks_.end()) return;
        used_ -= known->second;
        blocks_.erase(known);
        c10::free_cpu(block);
    }

    const size_t bytes_;
    std::mutex mutex_;
    std::unordered_map<void*, size_t> blocks_;
    size_t used_ = 0, told_ = 0;
};

LittleMemory& memory() {
    const char* bytes = std::getenv("SHORT_WORKER_BYTES");
    static auto* const own =
        new LittleMemory(bytes ? std::strtoull(bytes, nullptr, 10) : std::numeric_limits<size_t>::max());
    return *own;
}

void LittleMemory::give_back(void* block) { memory().free(block); }

}  // namespace

int main(int argc, char** argv) {
    c10::SetCPUAllocator(&memory(), std::numeric_limits<uint8_t>::max());
    return fanlight::run_worker_program(argc, argv);
}
