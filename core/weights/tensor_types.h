#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// What a tensor of this type becomes when it is made; Undefined for types that no network here uses.
at::ScalarType made_dtype(Dtype dtype);

/// The tensor with the numbers of the file: a view of the map, which it keeps alive, where LibTorch has a name for the
/// type and the bytes are aligned for it, else a copy. Of a type with a made_dtype(). Any thread.
at::Tensor make_tensor(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file);

}  // namespace fanlight
