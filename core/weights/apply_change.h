#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/weight_change.h"

namespace fanlight {

/// Changes a parameter in place, with an adapter's weight. `value`: float32 on the CPU, contiguous, of a shape that the
/// change fits; `file`: where its tensors are. Results do not depend on the number of threads. Any thread.
///
/// Without a magnitude: value += weight * scale * D. With one, value moves by `weight` of the way to the weight that
/// the DoRA was trained to, as in AUTOMATIC1111 and ComfyUI.
void apply_change(at::Tensor& value, const WeightChange& change, const std::shared_ptr<const MappedFile>& file,
                  double weight);

}  // namespace fanlight
