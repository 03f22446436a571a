#include "core/arithmetic/matrix_product.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "core/arithmetic/parts.h"

namespace fanlight {

namespace {

/// Below a tenth of a millisecond, threads would be woken for nothing.
constexpr int64_t few_products = int64_t{1} << 20;

/// y = a b + bias, in parts. a: [M, K], b: [K, N], bias: [N] or undefined, y: [M, N]
void multiply_into(at::Tensor y, const at::Tensor& a, const at::Tensor& b, const at::Tensor& bias) {
    // Each part reads all of the other matrix, which costs little if it is as wide as this.
    constexpr int64_t min_width = 128, max_parts = 16;
    const int64_t M = y.size(0), N = y.size(1);
    const bool by_rows = M >= N;
    const int64_t size = by_rows ? M : N;
    const int64_t width = M * N * a.size(1) < few_products ? size : part_width(size, min_width, max_parts);
    if (width == 0) return;
    compute_parts((size + width - 1) / width, [&](int64_t part) {
        const int64_t first = part * width, count = std::min(width, size - first);
        const auto own = [&](const at::Tensor& t, bool is_split, int64_t dimension) {
            return is_split && count < size && t.defined() ? t.narrow(dimension, first, count) : t;
        };
        at::Tensor product = own(y, true, by_rows ? 0 : 1);
        const at::Tensor rows = own(a, by_rows, 0), columns = own(b, !by_rows, 1);
        if (bias.defined())
            at::addmm_out(product, own(bias, !by_rows, 0), rows, columns);
        else
            at::mm_out(product, rows, columns);
    });
}

}  // namespace

at::Tensor linear_product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    if (!x.is_cpu()) return at::linear(x, weight, bias);
    const at::Tensor rows = x.reshape({-1, x.size(-1)});
    at::Tensor y = at::empty({rows.size(0), weight.size(0)}, rows.options());
    // As at::linear does: numbers of 16 bits are rounded twice then.
    const bool adds_later = bias.defined() && x.scalar_type() != at::kFloat && !x.is_contiguous();
    multiply_into(y, rows, weight.t(), adds_later ? at::Tensor() : bias);
    if (adds_later) y += bias;
    std::vector<int64_t> shape = x.sizes().vec();
    shape.back() = weight.size(0);
    return y.view(shape);
}

at::Tensor matrix_product(const at::Tensor& a, const at::Tensor& b) {
    if (!b.is_cpu()) return at::matmul(a, b);
    const int64_t M = a.size(-2), K = a.size(-1), N = b.size(-1);
    const at::Tensor matrices = b.reshape({-1, K, N});
    const at::Tensor own = a.dim() > 2 ? a.reshape({-1, M, K}) : a.expand({matrices.size(0), M, K});
    at::Tensor y = at::empty({matrices.size(0), M, N}, b.options());
    const auto multiply = [&](int64_t i) { multiply_into(y[i], own[i], matrices[i], {}); };
    if (M * N * K < few_products)
        compute_parts(y.size(0), multiply);
    else
        for (int64_t i = 0; i < y.size(0); ++i) multiply(i);
    std::vector<int64_t> shape = b.sizes().vec();
    shape[shape.size() - 2] = M;
    return y.view(shape);
}

/// ATen shares out heads and 32 queries or more. Within a share its products have one thread, unless there is no other.
at::Tensor dot_product_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                 const std::optional<at::Tensor>& mask, std::optional<double> scale) {
    constexpr int64_t fewest_queries = 32;
    std::optional<OneThread> one;
    if (q.is_cpu() && q.size(0) * q.size(1) == 1 && q.size(2) <= fewest_queries) one.emplace();
    return at::scaled_dot_product_attention(q, k, v, mask, /*dropout_p=*/0.0, /*is_causal=*/false, scale);
}

}  // namespace fanlight
