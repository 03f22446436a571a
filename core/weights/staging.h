#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <mutex>

#include "core/weights/transfer.h"

namespace fanlight {

/// Brings tensors from main memory to a device through two pinned buffers: while the device copies from one, the next
/// piece is written into the other. From pageable memory, such as a mapped file, CUDA would copy each piece twice and
/// wait in between. One per device; any thread.
class Staging {
public:
    static constexpr int64_t default_bytes = 32 << 20;  ///< of each buffer

    explicit Staging(at::Device device, int64_t bytes = default_bytes) : device_(device), bytes_(bytes) {}

    /// A copy on the device, of the same dtype; the device's current stream comes after it. `tensor` must be
    /// contiguous.
    at::Tensor copy(const at::Tensor& tensor);

private:
    struct Buffer {
        at::Tensor bytes;                    ///< pinned
        std::shared_ptr<c10::Event> copied;  ///< from it to the device
    };

    /// The one that is free first.
    Buffer& next();

    const at::Device device_;
    const int64_t bytes_;
    std::mutex mutex_;
    std::array<Buffer, 2> buffers_;
    size_t turn_ = 0;
};

}  // namespace fanlight
