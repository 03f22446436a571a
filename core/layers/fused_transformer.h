#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

// What transformers compute between their products, in one pass over memory for float32 on a CPU; all else uses the
// ATen operators, which the tests compare with. Each number is computed from its own row alone, in one order. Any
// thread.
namespace fanlight {

/// x / sqrt(mean(x²) + eps), rounded to the weight's dtype, then weighted and rounded to x's. x: [..., n], weight: [n]
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// The same of x scaled by (1 + scale), and rounded to x's dtype once more. scale: [n]
at::Tensor modulated_rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps, const at::Tensor& scale);

/// x + gate * rms_norm(y). x and y: [..., n], gate and weight: [n]; gate may be undefined, which is 1.
at::Tensor add_gated_rms_norm(const at::Tensor& x, const at::Tensor& y, const at::Tensor& weight, double eps,
                              const at::Tensor& gate);

/// The layer norm of x (Ba et al. 2016) without weights, scaled by (1 + scale) and shifted. x: [..., n]; scale, shift:
/// [n]
at::Tensor modulated_layer_norm(const at::Tensor& x, double eps, const at::Tensor& scale, const at::Tensor& shift);

/// x + gate * y. x and y: [..., n], gate: [n]
at::Tensor add_gated(const at::Tensor& x, const at::Tensor& y, const at::Tensor& gate);

/// silu(gate) * up (Shazeer 2020), of equal shapes.
at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up);
/// The same of what one product has made of both: x [..., 2 n], a view of rows, too -> [..., n]
at::Tensor swiglu(const at::Tensor& x);

/// GELU (Hendrycks and Gimpel 2016) by way of tanh, as transformers' "gelu_new".
at::Tensor gelu_tanh(const at::Tensor& x);

/// Rotates pairs of numbers, those of a head's first half with those of its second half; what is behind them stays.
/// x: [R, L, H, d]; cos, sin: [R, L, 1, n] with 2 n <= d
at::Tensor rotated(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);

/// Rotates pairs of neighbours, as complex numbers, in float32. x: [R, L, H, d]; cos, sin: [L, d / 2] float32
at::Tensor rotated_pairs(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);
/// The same of each head's rms_norm(). x may be a view of rows. weight: [d]
at::Tensor normed_rotated_pairs(const at::Tensor& x, const at::Tensor& weight, double eps, const at::Tensor& cos,
                                const at::Tensor& sin);

/// Where a row's keys are, and which of them its new token sees.
struct SeenKeys {
    int64_t slot = 0;
    int64_t first = 0, count = 0;
};

/// As in CachedAttentionOptions.
struct ScoreOptions {
    double scale = 1, cap = 0;
    at::Tensor by_distance = {};
};

bool can_attend_tokens(const at::Tensor& queries, const at::Tensor& keys);
/// Attention of one token a row, for what can_attend_tokens() accepts. queries: [R, H, 1, d]; keys, values: [slots, KV,
/// room, d], where each of KV serves H / KV successive heads; `seen`: for each row -> [R, H, 1, d]
at::Tensor attend_tokens(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                         const std::vector<SeenKeys>& seen, const ScoreOptions& options);

}  // namespace fanlight
