#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/error.h"

namespace fanlight {

/// Work of one device, recorded once and then started as a whole, with the same tensors each time (CUDA graphs). One
/// thread.
class DeviceGraph {
public:
    virtual ~DeviceGraph() = default;
    /// Records what `work` gives the device, which is not done yet. It must not wait for the device; tensors that it
    /// makes live as long as the graph. Once.
    virtual void record(const std::function<void()>& work) = 0;
    /// Does it, in the order of the device's current stream.
    virtual void replay() = 0;
};

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
    /// What this process can still take of a card beyond that, in bytes: what is free, up to its limit.
    virtual int64_t bytes_left(int index) const = 0;
    /// The most that this process's tensors take on a card from now on, in bytes; more is refused as if it were full.
    virtual void limit_memory(int index, int64_t bytes) = 0;
    /// Gives back what is reserved and not used, on all cards.
    virtual void empty_cache() = 0;
    /// Number of times that any card had too little memory.
    virtual int64_t failed_allocations() const = 0;
    virtual std::unique_ptr<DeviceGraph> new_graph(int index) = 0;
};

/// CUDA, whose half of LibTorch is loaded when it is first used: a CPU worker never pays for it.
Accelerator& accelerator();

/// For a program of the tests, before any device is used.
void set_accelerator(std::unique_ptr<Accelerator> other);

/// A library found too little memory and, instead of saying so, went on in another way.
class MemoryShortage : public Error {
public:
    MemoryShortage();
};

/// Watches for that. For a convolution whose workspace does not fit cuDNN takes another algorithm, with other last
/// bits, and LibTorch keeps to it in this process even when there is memory again. One thread.
class MemoryWatch {
public:
    MemoryWatch() : before_(accelerator().failed_allocations()) {}
    /// Throws MemoryShortage if it has happened since.
    void check() const {
        if (accelerator().failed_allocations() != before_) throw MemoryShortage();
    }

private:
    const int64_t before_;
};

/// "cpu" or "cuda:N" as a usable device. Throws Error naming the device and what is missing.
at::Device device_named(const std::string& name);

}  // namespace fanlight
