#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace fanlight {

namespace packed_kernels {
enum class Instructions : int;
}

/// The matrix of a linear layer for float32 products on a CPU, kept in the order in which they read it, and in its own
/// dtype: numbers of 16 bits become floats where they are needed, exactly, and take half the way through memory. Each
/// number of a product is summed up from its own row alone and in one order: it has the same bits whatever other rows
/// there are, however many, and with any number of threads. The tile of sums that stays in registers, and the panels
/// that the matrix is cut into, are those of Goto and van de Geijn (2008). Any thread.
///
/// The first product turns each part of the weight as it needs it and keeps none: the first token of a text, or the
/// only one, does not wait for a second matrix to be written. The second product keeps what it turns.
class PackedMatrix {
public:
    PackedMatrix() = default;
    /// weight: [out, in] float32, bfloat16 or float16, with any strides; kept until it is packed. Then `packed` is
    /// called.
    explicit PackedMatrix(const at::Tensor& weight, std::function<void()> packed = {});

    /// Whether a weight is of the kind that can be packed.
    static bool suits(const at::Tensor& weight);

    bool defined() const { return source_ != nullptr; }

    /// x W^T + bias. x: [..., in] float32 on the CPU; bias: [out] or undefined -> [..., out], contiguous
    at::Tensor multiply(const at::Tensor& x, const at::Tensor& bias) const;
    /// The same with certain instructions, which this processor must have (packed_kernels.h).
    at::Tensor multiply(const at::Tensor& x, const at::Tensor& bias, packed_kernels::Instructions instructions) const;

private:
    class Source;

    int64_t out_ = 0, in_ = 0;
    std::shared_ptr<Source> source_;
};

}  // namespace fanlight
