#pragma once

#include <ATen/core/Tensor.h>

namespace fanlight {

/// at::conv2d with results that, on the CPU, do not depend on the number of threads. oneDNN's order of summation does,
/// so the output channels, and the pictures of a batch if they are large, are split into parts by the shapes alone, and
/// each part is computed by one thread (parts.h). x: [B, in, H, W], weight: [out, in, k, k], bias: [out] or undefined
/// -> [B, out, H', W']. Any thread.
at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                    int64_t padding);

}  // namespace fanlight
