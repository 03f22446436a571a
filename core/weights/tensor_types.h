#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// The dtype of a tensor made from this type; Undefined for types that no network here uses.
at::ScalarType made_dtype(Dtype dtype);

/// The tensor with the file's numbers; its type must have a made_dtype(). If LibTorch has the type and the bytes are
/// aligned for it, this is a view of the mapped file, which it keeps alive; else it is a copy, as of a transposed
/// matrix, of one whose halves are swapped, or of one that is quantised or has a scale, which then is of float32. Any
/// thread.
at::Tensor make_tensor(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file);

/// Writes the numbers of a packed tensor into `to`, rounded to its dtype: on the CPU, contiguous, of the entry's shape.
/// Any thread.
void write_numbers(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file, const at::Tensor& to);

}  // namespace fanlight
