#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <string>

namespace fanlight {

/// What "cuda:N" stands for in this process: CUDA's devices or, in tests, a stand-in's. Whoever wants to know something
/// of a device other than the CPU asks here. Any thread.
class Accelerator {
public:
    struct Card {
        std::string name;
        std::string uuid;  ///< "GPU-…", as nvidia-smi prints it; empty: unknown
    };

    virtual ~Accelerator() = default;

    virtual c10::DeviceType type() const = 0;
    /// Number of cards visible to this process; 0 without a driver. Loads the libraries that the type needs.
    virtual int count() = 0;
    virtual Card describe(int index) const = 0;
    /// Reserved by this process, in bytes.
    virtual int64_t bytes_in_use(int index) const = 0;
    /// The most that this process's tensors take on a card from now on, in bytes; more is refused as if it were full.
    virtual void limit_memory(int index, int64_t bytes) = 0;
    /// Gives back what is reserved and not used, on all cards.
    virtual void empty_cache() = 0;
};

/// CUDA, whose half of LibTorch is loaded when it is first used: a CPU worker never pays for it.
Accelerator& accelerator();

/// For a program of the tests, before any device is used.
void set_accelerator(std::unique_ptr<Accelerator> other);

/// "cpu" or "cuda:N" as a usable device. Throws Error naming the device and what is missing.
at::Device device_named(const std::string& name);

}  // namespace fanlight
