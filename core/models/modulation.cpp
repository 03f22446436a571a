#include "core/models/modulation.h"

#include <ATen/ATen.h>

#include "core/layers/fused_transformer.h"

namespace fanlight {

at::Tensor Modulation::before(const at::Tensor& x, double eps) const {
    return modulated_layer_norm(x, eps, scale, shift);
}

at::Tensor Modulation::after(const at::Tensor& x, const at::Tensor& y) const { return add_gated(x, y, gate); }

std::vector<Modulation> modulations_in(const at::Tensor& all, int64_t width) {
    const auto parts = all.chunk(all.size(0) / width);
    std::vector<Modulation> made;
    for (size_t i = 0; i + 2 < parts.size(); i += 3) made.push_back({parts[i], parts[i + 1], parts[i + 2]});
    return made;
}

at::Tensor within_float16(const at::Tensor& x) {
    constexpr double largest = 65504;
    return x.scalar_type() == at::kHalf ? x.clamp(-largest, largest) : x;
}

}  // namespace fanlight
