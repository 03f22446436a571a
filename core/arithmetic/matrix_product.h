#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace fanlight {

/// at::linear, x W^T + bias, with results that, on the CPU, do not depend on the number of threads: MKL's do, in its
/// strict reproducible mode, too, wherever a thread's share of the columns is no multiple of a register. The larger
/// side of the result is split into parts by the shapes alone (parts.h). x: [..., in], weight: [out, in], bias: [out]
/// or undefined -> [..., out], contiguous on the CPU. Any thread.
at::Tensor linear_product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

/// at::matmul likewise. a: [M, K] or [..., M, K], b: [..., K, N] -> [..., M, N], contiguous on the CPU. Any thread.
at::Tensor matrix_product(const at::Tensor& a, const at::Tensor& b);

/// at::scaled_dot_product_attention likewise. q: [B, H, L, d], k and v: [B, H, S, d], mask: what is seen or added to
/// the scores, broadcast to [B, H, L, S] -> [B, H, L, d]. Any thread.
at::Tensor dot_product_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                 const std::optional<at::Tensor>& mask, std::optional<double> scale = {});

}  // namespace fanlight
