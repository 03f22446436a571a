#include "core/arithmetic/elementwise.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/arithmetic/parts.h"

namespace fanlight {

at::Tensor elementwise(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& f) {
    constexpr int64_t share = at::internal::GRAIN_SIZE;  // ATen splits none that is smaller
    const int64_t numbers = x.numel();
    if (!x.is_cpu() || numbers <= share) return f(x);
    if (!x.is_non_overlapping_and_dense()) return elementwise(x.contiguous(), f);
    at::Tensor y = at::empty_like(x);
    const at::Tensor in = x.as_strided({numbers}, {1}), out = y.as_strided({numbers}, {1});
    compute_parts((numbers + share - 1) / share, [&](int64_t part) {
        const int64_t first = part * share, count = std::min(share, numbers - first);
        out.narrow(0, first, count).copy_(f(in.narrow(0, first, count)));
    });
    return y;
}

}  // namespace fanlight
