#pragma once

#include <ATen/core/Tensor.h>

namespace fanlight {

/// at::conv2d, whose bits on the CPU do not depend on the number of threads: oneDNN orders its sums by it, so the
/// output channels, and the pictures where they are large, are cut into parts by the shapes alone, and each part is the
/// work of one thread. Products are left to MKL, which has to be in its strict reproducible mode (see open_device()).
/// x: [B, in, H, W], weight: [out, in, k, k], bias: [out] or undefined -> [B, out, H', W']. Any thread.
at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                    int64_t padding);

}  // namespace fanlight
