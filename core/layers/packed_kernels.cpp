#include "core/layers/packed_kernels.h"

#include <algorithm>
#include <array>
#include <type_traits>

// A clang before 18 cannot find out which of x86-64's levels a machine has.
#if defined(__x86_64__) && (!defined(__clang__) || __clang_major__ >= 18)
#define FANLIGHT_WIDE_KERNELS
#endif

namespace fanlight::packed_kernels {

namespace {

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

template <typename Stored>
void multiply_plainly(const void* part, int64_t inputs, const Rows& all) {
    multiply_part<Stored, 16, 2, 4>(part, inputs, all);
}

#ifdef FANLIGHT_WIDE_KERNELS
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
#endif

/// By Instructions.
#ifdef FANLIGHT_WIDE_KERNELS
template <typename Stored>
constexpr std::array<Multiply, 3> kernels = {&multiply_plainly<Stored>, &multiply_with_avx2<Stored>,
                                             &multiply_with_avx512<Stored>};
#else
template <typename Stored>
constexpr std::array<Multiply, 1> kernels = {&multiply_plainly<Stored>};
#endif

}  // namespace

bool has(Instructions instructions) {
#ifdef FANLIGHT_WIDE_KERNELS
    if (instructions == Instructions::Avx512) return __builtin_cpu_supports("x86-64-v4");
    if (instructions == Instructions::Avx2) return __builtin_cpu_supports("x86-64-v3");
#endif
    return instructions == Instructions::Plain;
}

Instructions widest() {
    for (const Instructions instructions : {Instructions::Avx512, Instructions::Avx2})
        if (has(instructions)) return instructions;
    return Instructions::Plain;
}

Multiply kernel(at::ScalarType dtype, Instructions instructions) {
    const auto which = static_cast<size_t>(instructions);
    return dtype == at::kFloat      ? kernels<Float32>.at(which)
           : dtype == at::kBFloat16 ? kernels<BFloat16>.at(which)
                                    : kernels<Float16>.at(which);
}

}  // namespace fanlight::packed_kernels
