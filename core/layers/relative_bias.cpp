#include "core/layers/relative_bias.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/arithmetic/matrix_product.h"
#include "core/layers/masks.h"
#include "core/layers/shapes.h"

namespace fanlight {

namespace {

/// distances: not negative.
at::Tensor bucket_of(const at::Tensor& distances, int64_t buckets, int64_t max_distance) {
    const int64_t exact = buckets / 2;
    const double factor = std::log(static_cast<double>(max_distance) / static_cast<double>(exact));
    const at::Tensor ratio = (distances.to(at::kFloat) / static_cast<double>(exact)).log();
    const at::Tensor far = exact + (ratio / factor * static_cast<double>(buckets - exact)).to(at::kLong);
    return at::where(distances < exact, distances, far.clamp_max(buckets - 1));
}

}  // namespace

at::Tensor DistanceBuckets::before(int64_t n) const { return bucket_of(at::arange(n, -1, -1), buckets, max_distance); }

at::Tensor DistanceBuckets::around(int64_t n) const {
    const at::Tensor distances = at::arange(-n, n + 1);
    return bucket_of(distances.abs(), buckets / 2, max_distance) + (distances > 0).to(at::kLong) * (buckets / 2);
}

at::Tensor attend_around(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& by_distance,
                         const at::Tensor& seen) {
    constexpr int64_t queries_at_once = 256;  // so that the biases of a long text need little memory
    const auto [B, L, width] = dims<3>(q);
    const int64_t heads = by_distance.size(0), middle = by_distance.size(1) / 2;
    const auto split_heads = [&](const at::Tensor& t) { return t.unflatten(-1, {heads, -1}).transpose(1, 2); };
    const at::Tensor queries = split_heads(q), keys = split_heads(k), values = split_heads(v);
    // [heads, L, L]: row i has the distances -i … L - 1 - i, the last row first
    const at::Tensor biases = by_distance.narrow(1, middle - (L - 1), 2 * L - 1).unfold(1, L, 1);
    std::vector<at::Tensor> attended;
    for (int64_t first = 0; first < L; first += queries_at_once) {
        const int64_t count = std::min(queries_at_once, L - first);
        const at::Tensor bias = biases.narrow(1, L - first - count, count).flip(1).unsqueeze(0);
        if (seen.defined()) bias.masked_fill_(seen.logical_not(), lowest(bias.scalar_type()));
        attended.push_back(dot_product_attention(queries.narrow(2, first, count), keys, values, bias, /*scale=*/1.0));
    }
    return at::cat(attended, 2).transpose(1, 2).reshape({B, L, width});
}

}  // namespace fanlight
