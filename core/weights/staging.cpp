#include "core/weights/staging.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

namespace fanlight {

Staging::Buffer& Staging::next() {
    Buffer& buffer = buffers_[turn_++ % buffers_.size()];
    if (!buffer.bytes.defined())
        buffer.bytes = at::empty({bytes_}, at::TensorOptions().dtype(at::kByte).pinned_memory(true));
    if (buffer.copied) buffer.copied->synchronize();
    return buffer;
}

at::Tensor Staging::copy(const at::Tensor& tensor) {
    const at::Tensor placed = at::empty(tensor.sizes(), tensor.options().device(device_));
    if (tensor.numel() == 0) return placed;
    const at::Tensor to = placed.view({-1}).view(at::kByte);
    const auto* from = static_cast<const char*>(tensor.const_data_ptr());
    const auto all = static_cast<int64_t>(tensor.nbytes());
    const std::lock_guard lock(mutex_);
    for (int64_t begin = 0; begin < all; begin += bytes_) {
        const int64_t size = std::min(bytes_, all - begin);
        Buffer& buffer = next();
        std::memcpy(buffer.bytes.mutable_data_ptr(), from + begin, static_cast<size_t>(size));
        to.narrow(0, begin, size).copy_(buffer.bytes.narrow(0, 0, size), /*non_blocking=*/true);
        buffer.copied = event_now(device_);
    }
    return placed;
}

}  // namespace fanlight
