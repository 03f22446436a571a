#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>

/// What PackedMatrix multiplies with: a kernel for each dtype that it keeps and each kind of processor. All of them sum
/// up a number in the same order, but fused instructions round differently from others. Only PackedMatrix and its
/// tests need them. Any thread.
namespace fanlight::packed_kernels {

constexpr int64_t columns = 32;  ///< of a panel

/// Rows of x, and where their sums are: y is added to.
struct Rows {
    const float* x;
    int64_t count, in;
    float* y;
    int64_t stride;  ///< of y
};

/// Multiplies by a part of a panel: [inputs, columns] numbers of the kernel's dtype.
using Multiply = void (*)(const void* part, int64_t inputs, const Rows& all);

/// The instructions that a kernel uses, the narrowest vectors first.
enum class Instructions : int { Plain, Avx2, Avx512 };

/// Whether this processor has them.
bool has(Instructions instructions);
/// The widest that it has.
Instructions widest();

/// dtype: float32, bfloat16 or float16
Multiply kernel(at::ScalarType dtype, Instructions instructions);

}  // namespace fanlight::packed_kernels
