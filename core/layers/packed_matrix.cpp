#include "core/layers/packed_matrix.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

namespace fanlight {

namespace {

constexpr int64_t columns = 32;  // of a panel
constexpr int64_t depth = 512;   // of a panel's part that stays in a core's cache while all rows are multiplied by it
constexpr int64_t grain = 1 << 18;  // multiplications that are worth a thread

/// Rows of x, and where their sums are: y is added to.
struct Rows {
    const float* x;
    int64_t count, in;
    float* y;
    int64_t stride;  ///< of y
};

template <int bytes>
struct VectorOf {
    typedef float type __attribute__((vector_size(bytes), aligned(4), may_alias));
};

/// The sums of `rows` rows and `vectors` vectors of columns stay in registers.
template <int bytes, int vectors, int rows>
[[gnu::always_inline]] inline void multiply_tile(const float* w, int64_t inputs, const Rows& of) {
    using Vector = typename VectorOf<bytes>::type;
    constexpr int64_t lanes = bytes / 4;
    Vector sums[rows][vectors];
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v)
            sums[r][v] = *reinterpret_cast<const Vector*>(of.y + r * of.stride + v * lanes);
    for (int64_t i = 0; i < inputs; ++i) {
        Vector weights[vectors];
        for (int v = 0; v < vectors; ++v) weights[v] = *reinterpret_cast<const Vector*>(w + i * columns + v * lanes);
#pragma GCC unroll 8
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vectors; ++v) sums[r][v] += of.x[r * of.in + i] * weights[v];
    }
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v) *reinterpret_cast<Vector*>(of.y + r * of.stride + v * lanes) = sums[r][v];
}

/// At most `rows` of them.
template <int bytes, int vectors, int rows>
[[gnu::always_inline]] inline void multiply_last(const float* w, int64_t inputs, const Rows& of) {
    if constexpr (rows > 0) {
        if (of.count == rows)
            multiply_tile<bytes, vectors, rows>(w, inputs, of);
        else
            multiply_last<bytes, vectors, rows - 1>(w, inputs, of);
    }
}

/// Multiplies by a part of a panel. `bytes` of a vector, and how large a tile is, follow from the machine's registers.
template <int bytes, int vectors, int rows>
[[gnu::always_inline]] inline void multiply_part(const float* w, int64_t inputs, const Rows& all) {
    for (int64_t column = 0; column < columns; column += vectors * bytes / 4) {
        for (int64_t row = 0; row < all.count; row += rows) {
            const Rows some = {all.x + row * all.in, std::min<int64_t>(rows, all.count - row), all.in,
                               all.y + row * all.stride + column, all.stride};
            multiply_last<bytes, vectors, rows>(w + column, inputs, some);
        }
    }
}

using Multiply = void (*)(const float* w, int64_t inputs, const Rows& all);

void multiply_plainly(const float* w, int64_t inputs, const Rows& all) { multiply_part<16, 2, 4>(w, inputs, all); }

#ifdef __x86_64__
[[gnu::target("arch=x86-64-v3")]] void multiply_with_avx2(const float* w, int64_t inputs, const Rows& all) {
    multiply_part<32, 2, 6>(w, inputs, all);
}

[[gnu::target("arch=x86-64-v4")]] void multiply_with_avx512(const float* w, int64_t inputs, const Rows& all) {
    multiply_part<64, 2, 8>(w, inputs, all);
}

Multiply fastest() {
    if (__builtin_cpu_supports("x86-64-v4")) return &multiply_with_avx512;
    if (__builtin_cpu_supports("x86-64-v3")) return &multiply_with_avx2;
    return &multiply_plainly;
}
#else
Multiply fastest() { return &multiply_plainly; }
#endif

struct Matrix {
    const float* numbers;
    int64_t out, in, out_stride, in_stride;
};

/// Copies the panel's rows of the matrix, as its columns; what is beyond the last row is zero. In blocks that stay in
/// the cache while they are turned.
void pack(const Matrix& from, int64_t panel, float* to) {
    constexpr int64_t block = 64;
    const int64_t first = panel * columns, count = std::min(columns, from.out - first);
    for (int64_t start = 0; start < from.in; start += block) {
        const int64_t end = std::min(start + block, from.in);
        for (int64_t column = 0; column < columns; ++column) {
            const float* row = from.numbers + (first + std::min(column, count - 1)) * from.out_stride;
            for (int64_t i = start; i < end; ++i)
                to[i * columns + column] = column < count ? row[i * from.in_stride] : 0;
        }
    }
}

}  // namespace

bool PackedMatrix::suits(const at::Tensor& weight) {
    return weight.device().is_cpu() && weight.scalar_type() == at::kFloat && weight.dim() == 2 && weight.numel() > 0;
}

PackedMatrix::PackedMatrix(const at::Tensor& weight) : out_(weight.size(0)), in_(weight.size(1)) {
    panels_ = at::empty({(out_ + columns - 1) / columns, in_, columns}, weight.options());
    const Matrix from = {weight.const_data_ptr<float>(), out_, in_, weight.stride(0), weight.stride(1)};
    float* to = panels_.mutable_data_ptr<float>();
    at::parallel_for(0, panels_.size(0), 1, [&](int64_t begin, int64_t end) {
        for (int64_t panel = begin; panel < end; ++panel) pack(from, panel, to + panel * in_ * columns);
    });
}

at::Tensor PackedMatrix::multiply(const at::Tensor& input, const at::Tensor& bias) const {
    static const Multiply multiply_by = fastest();
    const at::Tensor x = input.contiguous();
    std::vector<int64_t> shape = x.sizes().vec();
    shape.back() = panels_.size(0) * columns;
    at::Tensor y = at::zeros(shape, x.options());
    if (bias.defined()) y.narrow(-1, 0, out_).add_(bias);
    const float *in = x.const_data_ptr<float>(), *weights = panels_.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    const int64_t rows = x.numel() / in_;
    const int64_t panels_a_thread = std::max<int64_t>(1, grain / std::max<int64_t>(1, rows * in_ * columns));
    at::parallel_for(0, panels_.size(0), panels_a_thread, [&](int64_t begin, int64_t end) {
        for (int64_t panel = begin; panel < end; ++panel)
            for (int64_t i = 0; i < in_; i += depth)
                multiply_by(weights + (panel * in_ + i) * columns, std::min(depth, in_ - i),
                            {in + i, rows, in_, out + panel * columns, shape.back()});
    });
    return y.size(-1) == out_ ? y : y.narrow(-1, 0, out_).contiguous();
}

}  // namespace fanlight
