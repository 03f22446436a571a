#pragma once

#include <ATen/core/Tensor.h>

// Chains of elementwise operations in one pass over memory, for float32 on a CPU, where they would otherwise take a
// fifth of a step. Everything else uses the ATen operators, which the tests also compare with. Any thread.
namespace fanlight {

/// SiLU of a group norm (Wu and He 2018), or the norm alone. x: [B, C, H, W]; the result has the same memory order.
at::Tensor group_norm(const at::Tensor& x, int64_t groups, const at::Tensor& weight, const at::Tensor& bias,
                      double eps);
at::Tensor group_norm_silu(const at::Tensor& x, int64_t groups, const at::Tensor& weight, const at::Tensor& bias,
                           double eps);

/// Gated linear unit with GELU (Shazeer 2020): x [..., 2 n] -> first half * gelu(second half) [..., n].
at::Tensor geglu(const at::Tensor& x);

}  // namespace fanlight
