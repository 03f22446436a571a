#include "core/weights/apply_change.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "core/arithmetic/matrix_product.h"
#include "core/arithmetic/parts.h"

namespace fanlight {

namespace {

/// whole: [rows of all shares, ...]
at::Tensor own_rows(const at::Tensor& whole, const ChangedRows& rows) {
    const int64_t share = whole.size(0) / rows.shares;
    const at::Tensor own = rows.are_all() ? whole : whole.narrow(0, rows.first_share * share, rows.own_shares * share);
    return rows.halves_swapped ? own.roll(own.size(0) / 2, /*dims=*/0) : own;
}

class Change {
public:
    explicit Change(const WeightedChange& weighted)
        : change_(weighted.change), stored_(weighted.stored), rows_(weighted.rows) {}

    /// What is added, before it is scaled. like: the parameter
    at::Tensor difference(const at::Tensor& like) const {
        const at::Tensor whole = all_rows().reshape({rows_.whole(like.size(0)), -1});
        return own_rows(whole, rows_).reshape(like.sizes());
    }

    /// The value with the lengths of the magnitude, row by row or column by column.
    at::Tensor with_lengths(const at::Tensor& value) const {
        const Magnitude& magnitude = change_.magnitude.value();
        std::vector<int64_t> shape(static_cast<size_t>(value.dim()), 1);
        shape[magnitude.of_rows ? 0 : 1] = -1;
        const at::Tensor vectors = magnitude.of_rows ? value : value.transpose(0, 1);
        const at::Tensor squares = vectors.flatten(1).square();
        const at::Tensor sums = linear_product(squares, at::ones({1, squares.size(1)}, squares.options()), {});
        // As in LyCORIS: what has no length stays without one.
        const at::Tensor lengths = sums.sqrt().add_(std::numeric_limits<float>::epsilon());
        const at::Tensor trained = stored(magnitude.lengths).reshape({-1, 1});
        return value * (magnitude.of_rows ? own_rows(trained, rows_) : trained).div(lengths).view(shape);
    }

private:
    at::Tensor all_rows() const {
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

    at::Tensor stored(const TensorEntry& entry) const { return stored_(entry).to(at::kFloat); }
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
    const std::function<at::Tensor(const TensorEntry&)>& stored_;
    const ChangedRows rows_;
};

/// Changes a whole parameter, contiguous and of float32, in place.
void change_whole(at::Tensor& value, const WeightedChange& weighted) {
    const WeightChange& change = weighted.change;
    const Change made(weighted);
    const at::Tensor difference = made.difference(value);
    if (!change.magnitude) {
        value.add_(difference, weighted.weight * change.scale);
        return;
    }
    at::Tensor goal = made.with_lengths(at::add(value, difference, change.scale));
    if (weighted.weight == 1)
        value = goal;
    else
        value.add_(goal.sub_(value), weighted.weight);
}

/// A change by a matrix, or by a product of two, that can be made row by row.
struct RowwiseChange {
    at::Tensor up, down;  ///< [rows, r] and [r, columns], or [rows, columns] and undefined; float32, contiguous
    double scale;

    static bool suits(const WeightChange& change) {
        return change.kind == WeightChange::Kind::Single && !change.magnitude && !change.factors.front().core;
    }

    RowwiseChange(const WeightedChange& weighted, int64_t rows) : scale(weighted.weight * weighted.change.scale) {
        const auto stored = [&](const TensorEntry& entry, int64_t count) {
            return weighted.stored(entry).to(at::kFloat).reshape({count, -1});
        };
        const Factor& factor = weighted.change.factors.front();
        up = own_rows(stored(factor.up, weighted.rows.whole(rows)), weighted.rows);
        if (factor.down) down = stored(*factor.down, factor.down->shape[0]);
    }

    at::Tensor difference(int64_t first, int64_t count) const {
        const at::Tensor own = up.narrow(0, first, count);
        return down.defined() ? matrix_product(own, down) : own;
    }
};

/// Rows that stay in a core's cache from the first step to the last, so that memory is read and written once; on a card
/// more, but so many that what they are computed in is small beside a layer. A number that follows from the shape
/// alone.
int64_t rows_at_a_time(int64_t columns, bool on_cpu) {
    const int64_t numbers = on_cpu ? 1 << 15 : 1 << 22, registers = 16;
    return std::max(registers, numbers / std::max<int64_t>(columns, 1) / registers * registers);
}

void change_by_rows(const at::Tensor& made, const at::Tensor& value, const std::vector<WeightedChange>& changes) {
    const int64_t rows = value.size(0);
    std::vector<RowwiseChange> rowwise;
    for (const WeightedChange& each : changes) rowwise.emplace_back(each, rows);
    const at::Tensor matrix = value.view({rows, -1});
    const int64_t width = rows_at_a_time(matrix.size(1), value.is_cpu()), parts = (rows + width - 1) / width;
    const auto change_part = [&](int64_t part) {
        const int64_t first = part * width, count = std::min(width, rows - first);
        const at::Tensor to = made.narrow(0, first, count);
        const bool is_direct = to.scalar_type() == at::kFloat && to.is_contiguous();
        at::Tensor sum =
            is_direct ? to.view({count, -1}) : at::empty({count, matrix.size(1)}, matrix.options().dtype(at::kFloat));
        at::Tensor before = matrix.narrow(0, first, count).to(at::kFloat);
        for (const RowwiseChange& change : rowwise) {
            at::add_out(sum, before, change.difference(first, count), change.scale);
            before = sum;
        }
        if (!is_direct) to.copy_(sum.view(to.sizes()));
    };
    if (value.is_cpu()) return compute_parts(parts, change_part);
    for (int64_t part = 0; part < parts; ++part) change_part(part);  // on this thread's stream
}

}  // namespace

void apply_changes(const at::Tensor& made, const at::Tensor& value, const std::vector<WeightedChange>& changes) {
    const bool by_rows = value.dim() > 0 && value.numel() > 0 &&
                         std::all_of(changes.begin(), changes.end(),
                                     [](const WeightedChange& each) { return RowwiseChange::suits(each.change); });
    if (by_rows) return change_by_rows(made, value, changes);
    at::Tensor whole = value.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    for (const WeightedChange& each : changes) change_whole(whole, each);
    made.copy_(whole);
}

}  // namespace fanlight
