#pragma once

#include <ATen/core/Tensor.h>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// dequantise() by tensor operations, on any device: the same numbers to the bit. blocks: [n, bytes of a block] uint8
/// -> [n, elements of a block] float32. It takes about five times the memory of its result. Any thread.
at::Tensor numbers_of_blocks(Dtype dtype, const at::Tensor& blocks);

}  // namespace fanlight
