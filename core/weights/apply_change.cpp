#include "core/weights/apply_change.h"

#include <ATen/ATen.h>

#include <limits>

#include "core/arithmetic/matrix_product.h"
#include "core/weights/tensor_types.h"

namespace fanlight {

namespace {

class Change {
public:
    Change(const WeightChange& change, const std::shared_ptr<const MappedFile>& file) : change_(change), file_(file) {}

    /// What is added, before it is scaled, with as many elements as the parameter has.
    at::Tensor difference() const {
        const auto& factors = change_.factors;
        switch (change_.kind) {
            case WeightChange::Kind::Hadamard:
                return made(factors.front()).mul_(made(factors.back()));
            case WeightChange::Kind::Kronecker:
                return kronecker(made(factors.front()), made(factors.back()));
            case WeightChange::Kind::Single:
                break;
        }
        return made(factors.front());
    }

    /// The value with the lengths of the magnitude, row by row or column by column.
    at::Tensor with_lengths(const at::Tensor& value) const {
        const Magnitude& magnitude = change_.magnitude.value();
        std::vector<int64_t> shape(static_cast<size_t>(value.dim()), 1);
        shape[magnitude.of_rows ? 0 : 1] = -1;
        const at::Tensor vectors = magnitude.of_rows ? value : value.transpose(0, 1);
        const at::Tensor squares = vectors.flatten(1).square();
        const at::Tensor sums = linear_product(squares, at::ones({1, squares.size(1)}), {});
        // As in LyCORIS: what has no length stays without one.
        const at::Tensor lengths = sums.sqrt().add_(std::numeric_limits<float>::epsilon());
        return value * stored(magnitude.lengths).reshape({-1, 1}).div(lengths).view(shape);
    }

private:
    at::Tensor stored(const TensorEntry& entry) const { return make_tensor(entry, file_).to(at::kFloat); }
    at::Tensor matrix(const TensorEntry& entry) const { return stored(entry).reshape({entry.shape[0], -1}); }

    at::Tensor made(const Factor& factor) const {
        if (!factor.down) return stored(factor.up).clone();
        const at::Tensor up = matrix(factor.up), down = matrix(*factor.down);
        if (!factor.core) return matrix_product(up, down.unsqueeze(0)).squeeze(0);
        const at::Tensor core = stored(*factor.core);  // [r, s, kh, kw]
        const int64_t rows = up.size(0), s = core.size(1), kh = core.size(2), kw = core.size(3);
        const at::Tensor inner = matrix_product(up, core.flatten(1)).view({rows, s, kh * kw});
        const at::Tensor outer = matrix_product(inner.transpose(1, 2).reshape({rows * kh * kw, s}), down);
        return outer.view({rows, kh * kw, -1}).transpose(1, 2).reshape({rows, down.size(1), kh, kw});
    }

    /// [a, b] and [c, d (, kh, kw)] -> [a c, b d (kh kw)]. Kernels lie behind the columns, so they are columns, too.
    static at::Tensor kronecker(const at::Tensor& a, const at::Tensor& b) { return at::kron(a, b.flatten(1)); }

    const WeightChange& change_;
    const std::shared_ptr<const MappedFile>& file_;
};

}  // namespace

void apply_change(at::Tensor& value, const WeightChange& change, const std::shared_ptr<const MappedFile>& file,
                  double weight) {
    const Change made(change, file);
    const at::Tensor difference = made.difference().reshape(value.sizes());
    if (!change.magnitude) {
        value.add_(difference, weight * change.scale);
        return;
    }
    at::Tensor goal = made.with_lengths(at::add(value, difference, change.scale));
    if (weight == 1)
        value = goal;
    else
        value.add_(goal.sub_(value), weight);
}

}  // namespace fanlight
