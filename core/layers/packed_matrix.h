#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fanlight {

namespace packed_kernels {
enum class Instructions : int;
}

/// The matrix of a linear layer for float32 products on a CPU, kept in the order in which they read it, and in its own
/// dtype: numbers of 16 bits become floats where they are needed, exactly, and take half the way through memory. Each
/// number of a product is summed up from its own row alone and in one order: it has the same bits whatever other rows
/// there are, however many, and with any number of threads. The tile of sums that stays in registers, and the panels
/// that the matrix is cut into, are those of Goto and van de Geijn (2008). Any thread.
class PackedMatrix {
public:
    PackedMatrix() = default;
    /// weight: [out, in] float32, bfloat16 or float16, with any strides; copied.
    explicit PackedMatrix(const at::Tensor& weight);

    /// Whether a weight is of the kind that can be packed.
    static bool suits(const at::Tensor& weight);

    bool defined() const { return panels_.defined(); }

    /// x W^T + bias. x: [..., in] float32 on the CPU; bias: [out] or undefined -> [..., out], contiguous
    at::Tensor multiply(const at::Tensor& x, const at::Tensor& bias) const;
    /// The same with certain instructions, which this processor must have (packed_kernels.h).
    at::Tensor multiply(const at::Tensor& x, const at::Tensor& bias, packed_kernels::Instructions instructions) const;

private:
    template <typename Number>
    void fill(const at::Tensor& weight);

    int64_t out_ = 0, in_ = 0;
    at::Tensor panels_;  ///< [panels, in, columns of a panel]; the last one is filled up with zeros
};

}  // namespace fanlight
