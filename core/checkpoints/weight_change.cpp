#include "core/checkpoints/weight_change.h"

#include <algorithm>

namespace fanlight {

namespace {

using Shape = std::vector<int64_t>;

/// Also one that is stored as a convolution of 1x1.
bool is_matrix(const Shape& shape) {
    return shape.size() == 2 || (shape.size() == 4 && shape[2] == 1 && shape[3] == 1);
}

bool is_weight(const Shape& shape) { return shape.size() == 2 || shape.size() == 4; }

bool has_elements(const TensorEntry& tensor) {
    return std::all_of(tensor.shape.begin(), tensor.shape.end(), [](int64_t size) { return size > 0; });
}

std::optional<Shape> shape_of(const Factor& factor) {
    const Shape& up = factor.up.shape;
    if (!has_elements(factor.up)) return std::nullopt;
    if (!factor.down) return up.size() == 1 || is_weight(up) ? std::optional(up) : std::nullopt;
    Shape shape = factor.down->shape;
    if (!has_elements(*factor.down) || !is_matrix(up) || !is_weight(shape)) return std::nullopt;
    int64_t inner = shape[0];
    if (factor.core) {
        const Shape& core = factor.core->shape;
        if (!has_elements(*factor.core) || core.size() != 4 || core[1] != inner || !is_matrix(shape))
            return std::nullopt;
        shape = {inner, shape[1], core[2], core[3]};
        inner = core[0];
    }
    if (up[1] != inner) return std::nullopt;
    shape[0] = up[0];
    return shape;
}

std::optional<Shape> kronecker_shape(const Shape& a, Shape b) {
    if (a.size() != 2 || !is_weight(b)) return std::nullopt;
    if (__builtin_mul_overflow(a[0], b[0], &b[0]) || __builtin_mul_overflow(a[1], b[1], &b[1])) return std::nullopt;
    return b;
}

/// Drops the kernel size of a 1x1 convolution, whose weight is then a matrix.
Shape matrix_shape(Shape shape) {
    if (shape.size() == 4 && is_matrix(shape)) shape.resize(2);
    return shape;
}

int64_t numbers_from(const Shape& shape, size_t first) {
    int64_t count = 1;
    for (size_t i = first; i < shape.size(); ++i) count *= shape[i];
    return count;
}

}  // namespace

std::optional<std::vector<int64_t>> WeightChange::shape() const {
    const std::optional<Shape> first = shape_of(factors.front());
    if (kind == Kind::Single || !first) return first;
    const std::optional<Shape> second = shape_of(factors.back());
    if (!second) return std::nullopt;
    if (kind == Kind::Kronecker) return kronecker_shape(*first, *second);
    return first == second ? first : std::nullopt;
}

bool WeightChange::fits(const std::vector<int64_t>& parameter, const ChangedRows& rows) const {
    const std::optional<Shape> own = shape();
    if (!own || own->empty() || parameter.empty()) return false;
    Shape whole = parameter;
    if (whole[0] % rows.own_shares != 0 || __builtin_mul_overflow(whole[0] / rows.own_shares, rows.shares, &whole[0]))
        return false;
    if (rows.halves_swapped && parameter[0] % 2 != 0) return false;
    if (magnitude) {
        if (!magnitude->of_rows && !rows.are_all()) return false;  // the lengths of columns need all rows
        const size_t axis = magnitude->of_rows ? 0 : 1;
        if (axis >= whole.size() || numbers_from(magnitude->lengths.shape, 0) != whole[axis]) return false;
    }
    const bool is_flat = own->size() == 2 && whole.size() == 4;
    if (is_flat) return (*own)[0] == whole[0] && (*own)[1] == numbers_from(whole, 1);
    return matrix_shape(*own) == matrix_shape(whole);
}

}  // namespace fanlight
