#include "core/models/axial_rope.h"

#include <ATen/ATen.h>

#include "core/arithmetic/elementwise.h"
#include "core/layers/fused_transformer.h"

namespace fanlight {

Turns AxialRope::operator()(const at::Tensor& ids) const {
    std::vector<at::Tensor> parts;
    for (size_t axis = 0; axis < axes.size(); ++axis) {
        const auto n = static_cast<double>(axes[axis]);
        const at::Tensor frequencies = at::pow(theta, at::arange(0, n, 2, at::kDouble) / n).reciprocal();
        parts.push_back(at::outer(ids.select(1, static_cast<int64_t>(axis)), frequencies));
    }
    const at::Tensor angles = at::cat(parts, 1).to(rounds_angles ? at::kFloat : at::kDouble);
    return {elementwise(angles, [](const at::Tensor& part) { return at::cos(part); }).to(at::kFloat),
            elementwise(angles, [](const at::Tensor& part) { return at::sin(part); }).to(at::kFloat)};
}

at::Tensor grid_ids(int64_t height, int64_t width) {
    return at::stack(
        {at::arange(height, at::kDouble).repeat_interleave(width), at::arange(width, at::kDouble).repeat({height})}, 1);
}

at::Tensor turned_heads(const at::Tensor& x, int64_t heads, const RMSNorm& norm, const Turns& turns) {
    return normed_rotated_pairs(x.unflatten(-1, {heads, -1}), norm.weight, norm.eps, turns.cos, turns.sin).flatten(-2);
}

}  // namespace fanlight
