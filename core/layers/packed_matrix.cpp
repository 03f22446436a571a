#include "core/layers/packed_matrix.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <type_traits>
#include <utility>

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

/// A part of a panel: so many numbers of each of its columns.
struct Part {
    int64_t panel, first, count;
};

/// Copies the panel's rows of the matrix, as its columns; what is beyond the last row is zero. In blocks that stay in
/// the cache while they are turned.
template <typename Number>
void pack(const Matrix<Number>& from, const Part& part, Number* to) {
    constexpr int64_t block = 64;
    const int64_t first = part.panel * columns, count = std::min(columns, from.out - first);
    for (int64_t start = 0; start < part.count; start += block) {
        const int64_t end = std::min(start + block, part.count);
        for (int64_t column = 0; column < columns; ++column) {
            const Number* row =
                from.numbers + (first + std::min(column, count - 1)) * from.out_stride + part.first * from.in_stride;
            for (int64_t i = start; i < end; ++i)
                to[i * columns + column] = column < count ? row[i * from.in_stride] : 0;
        }
    }
}

template <typename Number>
void pack(const at::Tensor& weight, const Part& part, void* to) {
    const Matrix<Number> from = {static_cast<const Number*>(weight.const_data_ptr()), weight.size(0), weight.size(1),
                                 weight.stride(0), weight.stride(1)};
    pack(from, part, static_cast<Number*>(to));
}

void pack(const at::Tensor& weight, const Part& part, void* to) {
    weight.element_size() == sizeof(float) ? pack<float>(weight, part, to) : pack<uint16_t>(weight, part, to);
}

}  // namespace

bool PackedMatrix::suits(const at::Tensor& weight) {
    const at::ScalarType dtype = weight.scalar_type();
    return weight.device().is_cpu() && weight.dim() == 2 && weight.numel() > 0 &&
           (dtype == at::kFloat || dtype == at::kBFloat16 || dtype == at::kHalf);
}

/// The weight, and later the panels made of it.
class PackedMatrix::Source {
public:
    Source(at::Tensor weight, std::function<void()> packed)
        : dtype(weight.scalar_type()),
          panel_count((weight.size(0) + columns - 1) / columns),
          weight_(std::move(weight)),
          packed_(std::move(packed)) {}

    const at::ScalarType dtype;
    const int64_t panel_count;

    /// What the next product reads: one of the two is defined.
    struct Numbers {
        at::Tensor weight;  ///< [out, in]
        at::Tensor panels;  ///< [panels, in, columns of a panel]; the last one is filled up with zeros

        /// The part's numbers, which may be put into `buffer`.
        const void* read(const Part& part, void* buffer) const {
            if (panels.defined())
                return static_cast<const char*>(panels.const_data_ptr()) +
                       (part.panel * panels.size(1) + part.first) * columns * panels.element_size();
            pack(weight, part, buffer);
            return buffer;
        }
    };
    Numbers next() {
        const std::lock_guard lock(mutex_);
        if (!panels_.defined() && std::exchange(was_read_, true)) pack_all();
        return {weight_, panels_};
    }

private:
    void pack_all() {
        const int64_t in = weight_.size(1);
        panels_ = at::empty({panel_count, in, columns}, weight_.options());
        auto* to = static_cast<char*>(panels_.mutable_data_ptr());
        at::parallel_for(0, panel_count, 1, [&](int64_t begin, int64_t end) {
            for (int64_t panel = begin; panel < end; ++panel)
                pack(weight_, {panel, 0, in}, to + panel * in * columns * panels_.element_size());
        });
        weight_.reset();
        if (packed_) packed_();
    }

    std::mutex mutex_;
    at::Tensor weight_, panels_;
    const std::function<void()> packed_;
    bool was_read_ = false;
};

PackedMatrix::PackedMatrix(const at::Tensor& given, std::function<void()> packed)
    : out_(given.size(0)), in_(given.size(1)) {
    const bool is_odd = given.scalar_type() == at::kHalf && !at::isfinite(given).all().item<bool>();
    source_ = std::make_shared<Source>(is_odd ? given.to(at::kFloat) : given, std::move(packed));
}

at::Tensor PackedMatrix::multiply(const at::Tensor& input, const at::Tensor& bias) const {
    const Multiply multiply_by = fastest_for(source_->dtype);
    const at::Tensor x = input.contiguous();
    std::vector<int64_t> shape = x.sizes().vec();
    shape.back() = source_->panel_count * columns;
    at::Tensor y = at::zeros(shape, x.options());
    if (bias.defined()) y.narrow(-1, 0, out_).add_(bias);
    const Source::Numbers numbers = source_->next();
    const float* in = x.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    const int64_t rows = x.numel() / in_;
    const int64_t panels_a_thread = std::max<int64_t>(1, grain / std::max<int64_t>(1, rows * in_ * columns));
    at::parallel_for(0, source_->panel_count, panels_a_thread, [&](int64_t begin, int64_t end) {
        alignas(64) std::array<float, depth * columns> buffer;
        for (int64_t panel = begin; panel < end; ++panel)
            for (int64_t i = 0; i < in_; i += depth) {
                const Part part = {panel, i, std::min(depth, in_ - i)};
                multiply_by(numbers.read(part, buffer.data()), part.count,
                            {in + i, rows, in_, out + panel * columns, shape.back()});
            }
    });
    return y.size(-1) == out_ ? y : y.narrow(-1, 0, out_).contiguous();
}

}  // namespace fanlight
