#pragma once

#include <ATen/core/Tensor.h>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// A packed tensor (see is_packed()) on a device, in the bits of its file.
struct PackedTensor {
    at::Tensor bytes;  ///< [n] uint8
    /// float32, of as many dimensions as the tensor, each of which divides the tensor's; undefined: there is none.
    at::Tensor scale = {};
};

/// The numbers of an entry whose bits are on a device, there, rounded to `dtype`: those of make_tensor() to the bit, by
/// tensor operations. Besides the result it takes the memory of some millions of numbers. Any thread.
at::Tensor unpacked(const TensorEntry& entry, const PackedTensor& packed, at::ScalarType dtype);

/// Multiplies numbers by a scale in place. numbers: contiguous, of a shape that the scale's dimensions divide.
void multiply_by_scale(at::Tensor& numbers, const at::Tensor& scale);

}  // namespace fanlight
