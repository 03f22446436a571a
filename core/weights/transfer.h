#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

#include <memory>

// Between main memory and a device, while the host goes on: CUDA makes it wait, for all that the device has been given
// so far, as soon as memory that is not pinned takes part.
namespace fanlight {

/// A few numbers on the device. Weights go by way of Staging. Any thread.
at::Tensor to_device(const at::Tensor& tensor, at::Device device);

/// An event after all that the device's current stream has been given so far. nullptr for the CPU, which is never
/// behind.
std::shared_ptr<c10::Event> event_now(at::Device device);

/// A tensor on its way from a device to main memory, while the host goes on. A tensor of the CPU is there at once.
/// Copies are the same one. Any thread.
class HostCopy {
public:
    HostCopy() = default;
    /// The copy begins after what the device's current stream has been given so far.
    explicit HostCopy(const at::Tensor& tensor);

    /// On the CPU. Waits for the device if need be. Throws what the device reports.
    const at::Tensor& get() const;

    /// On a device, in the order of its current stream: the host does not wait.
    at::Tensor to(at::Device device) const;

    /// In bytes.
    size_t size() const { return tensor_.defined() ? tensor_.nbytes() : 0; }

private:
    at::Tensor tensor_;  ///< in pinned memory if it comes from a device
    std::shared_ptr<c10::Event> arrived_;
};

}  // namespace fanlight
