#include "core/layers/packed_matrix.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <type_traits>

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

template <typename Number, int bytes>
struct VectorOf {
    typedef Number type __attribute__((vector_size(bytes), aligned(sizeof(Number)), may_alias));
};

// Numbers as the matrix keeps them, and how a vector of them becomes one of floats: exactly.

struct Float32 {
    using Number = float;

    template <int bytes>
    [[gnu::always_inline]] static inline void load(const Number* from, typename VectorOf<float, bytes>::type& to) {
        to = *reinterpret_cast<const typename VectorOf<float, bytes>::type*>(from);
    }
};

struct BFloat16 {
    using Number = uint16_t;

    template <int bytes>
    [[gnu::always_inline]] static inline void load(const Number* from, typename VectorOf<float, bytes>::type& to) {
        using Words = typename VectorOf<uint32_t, bytes>::type;
        const auto& narrow = *reinterpret_cast<const typename VectorOf<uint16_t, bytes / 2>::type*>(from);
        to = (typename VectorOf<float, bytes>::type)(__builtin_convertvector(narrow, Words) << 16);
    }
};

/// Of finite numbers: their exponents are moved to float's range by a product.
struct Float16 {
    using Number = uint16_t;

    template <int bytes>
    [[gnu::always_inline]] static inline void load(const Number* from, typename VectorOf<float, bytes>::type& to) {
        using Floats = typename VectorOf<float, bytes>::type;
        using Words = typename VectorOf<uint32_t, bytes>::type;
        const auto& narrow = *reinterpret_cast<const typename VectorOf<uint16_t, bytes / 2>::type*>(from);
        const Words bits = __builtin_convertvector(narrow, Words);
        const Floats magnitude = (Floats)((bits & 0x7fff) << 13) * 0x1p112f;
        to = (Floats)((Words)magnitude | ((bits & 0x8000) << 16));
    }
};

/// The sums of `rows` rows and `vectors` vectors of columns stay in registers.
template <typename Stored, int bytes, int vectors, int rows>
[[gnu::always_inline]] inline void multiply_tile(const typename Stored::Number* w, int64_t inputs, const Rows& of) {
    using Vector = typename VectorOf<float, bytes>::type;
    constexpr int64_t lanes = bytes / 4;
    Vector sums[rows][vectors];
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v)
            sums[r][v] = *reinterpret_cast<const Vector*>(of.y + r * of.stride + v * lanes);
    for (int64_t i = 0; i < inputs; ++i) {
        Vector weights[vectors];
        for (int v = 0; v < vectors; ++v) Stored::template load<bytes>(w + i * columns + v * lanes, weights[v]);
#pragma GCC unroll 12
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vectors; ++v) sums[r][v] += of.x[r * of.in + i] * weights[v];
    }
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v) *reinterpret_cast<Vector*>(of.y + r * of.stride + v * lanes) = sums[r][v];
}

/// At most `rows` of them.
template <typename Stored, int bytes, int vectors, int rows>
[[gnu::always_inline]] inline void multiply_last(const typename Stored::Number* w, int64_t inputs, const Rows& of) {
    if constexpr (rows > 0) {
        if (of.count == rows)
            multiply_tile<Stored, bytes, vectors, rows>(w, inputs, of);
        else
            multiply_last<Stored, bytes, vectors, rows - 1>(w, inputs, of);
    }
}

/// Multiplies by a part of a panel. `bytes` of a vector, and how large a tile is, follow from the machine's registers.
template <typename Stored, int bytes, int vectors, int rows>
[[gnu::always_inline]] inline void multiply_part(const void* part, int64_t inputs, const Rows& all) {
    const auto* w = static_cast<const typename Stored::Number*>(part);
    for (int64_t column = 0; column < columns; column += vectors * bytes / 4) {
        for (int64_t row = 0; row < all.count; row += rows) {
            const Rows some = {all.x + row * all.in, std::min<int64_t>(rows, all.count - row), all.in,
                               all.y + row * all.stride + column, all.stride};
            multiply_last<Stored, bytes, vectors, rows>(w + column, inputs, some);
        }
    }
}

using Multiply = void (*)(const void* part, int64_t inputs, const Rows& all);

template <typename Stored>
void multiply_plainly(const void* part, int64_t inputs, const Rows& all) {
    multiply_part<Stored, 16, 2, 4>(part, inputs, all);
}

#ifdef __x86_64__
template <typename Stored>
[[gnu::target("arch=x86-64-v3")]] void multiply_with_avx2(const void* part, int64_t inputs, const Rows& all) {
    multiply_part<Stored, 32, 2, 6>(part, inputs, all);
}

template <typename Stored>
[[gnu::target("arch=x86-64-v4")]] void multiply_with_avx512(const void* part, int64_t inputs, const Rows& all) {
    // A larger tile converts each number for more rows at once.
    constexpr int rows = std::is_same_v<Stored, Float32> ? 8 : 12;
    multiply_part<Stored, 64, 2, rows>(part, inputs, all);
}

template <typename Stored>
Multiply fastest() {
    if (__builtin_cpu_supports("x86-64-v4")) return &multiply_with_avx512<Stored>;
    if (__builtin_cpu_supports("x86-64-v3")) return &multiply_with_avx2<Stored>;
    return &multiply_plainly<Stored>;
}
#else
template <typename Stored>
Multiply fastest() {
    return &multiply_plainly<Stored>;
}
#endif

Multiply fastest_for(at::ScalarType dtype) {
    static const Multiply by_float = fastest<Float32>(), by_bfloat16 = fastest<BFloat16>(),
                          by_half = fastest<Float16>();
    return dtype == at::kFloat ? by_float : dtype == at::kBFloat16 ? by_bfloat16 : by_half;
}

template <typename Number>
struct Matrix {
    const Number* numbers;
    int64_t out, in, out_stride, in_stride;
};

/// Copies the panel's rows of the matrix, as its columns; what is beyond the last row is zero. In blocks that stay in
/// the cache while they are turned.
template <typename Number>
void pack(const Matrix<Number>& from, int64_t panel, Number* to) {
    constexpr int64_t block = 64;
    const int64_t first = panel * columns, count = std::min(columns, from.out - first);
    for (int64_t start = 0; start < from.in; start += block) {
        const int64_t end = std::min(start + block, from.in);
        for (int64_t column = 0; column < columns; ++column) {
            const Number* row = from.numbers + (first + std::min(column, count - 1)) * from.out_stride;
            for (int64_t i = start; i < end; ++i)
                to[i * columns + column] = column < count ? row[i * from.in_stride] : 0;
        }
    }
}

}  // namespace

bool PackedMatrix::suits(const at::Tensor& weight) {
    const at::ScalarType dtype = weight.scalar_type();
    return weight.device().is_cpu() && weight.dim() == 2 && weight.numel() > 0 &&
           (dtype == at::kFloat || dtype == at::kBFloat16 || dtype == at::kHalf);
}

PackedMatrix::PackedMatrix(const at::Tensor& given) : out_(given.size(0)), in_(given.size(1)) {
    const bool is_odd = given.scalar_type() == at::kHalf && !at::isfinite(given).all().item<bool>();
    const at::Tensor weight = is_odd ? given.to(at::kFloat) : given;
    panels_ = at::empty({(out_ + columns - 1) / columns, in_, columns}, weight.options());
    weight.scalar_type() == at::kFloat ? fill<float>(weight) : fill<uint16_t>(weight);
}

template <typename Number>
void PackedMatrix::fill(const at::Tensor& weight) {
    const Matrix<Number> from = {static_cast<const Number*>(weight.const_data_ptr()), out_, in_, weight.stride(0),
                                 weight.stride(1)};
    auto* to = static_cast<Number*>(panels_.mutable_data_ptr());
    at::parallel_for(0, panels_.size(0), 1, [&](int64_t begin, int64_t end) {
        for (int64_t panel = begin; panel < end; ++panel) pack(from, panel, to + panel * in_ * columns);
    });
}

at::Tensor PackedMatrix::multiply(const at::Tensor& input, const at::Tensor& bias) const {
    const Multiply multiply_by = fastest_for(panels_.scalar_type());
    const at::Tensor x = input.contiguous();
    std::vector<int64_t> shape = x.sizes().vec();
    shape.back() = panels_.size(0) * columns;
    at::Tensor y = at::zeros(shape, x.options());
    if (bias.defined()) y.narrow(-1, 0, out_).add_(bias);
    const float* in = x.const_data_ptr<float>();
    const auto* weights = static_cast<const char*>(panels_.const_data_ptr());
    const int64_t bytes = panels_.element_size();
    float* out = y.mutable_data_ptr<float>();
    const int64_t rows = x.numel() / in_;
    const int64_t panels_a_thread = std::max<int64_t>(1, grain / std::max<int64_t>(1, rows * in_ * columns));
    at::parallel_for(0, panels_.size(0), panels_a_thread, [&](int64_t begin, int64_t end) {
        for (int64_t panel = begin; panel < end; ++panel)
            for (int64_t i = 0; i < in_; i += depth)
                multiply_by(weights + (panel * in_ + i) * columns * bytes, std::min(depth, in_ - i),
                            {in + i, rows, in_, out + panel * columns, shape.back()});
    });
    return y.size(-1) == out_ ? y : y.narrow(-1, 0, out_).contiguous();
}

}  // namespace fanlight
