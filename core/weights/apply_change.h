#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/weight_change.h"

namespace fanlight {

/// What an adapter does to a parameter, and how much it counts.
struct WeightedChange {
    const WeightChange& change;
    std::shared_ptr<const MappedFile> file;  ///< where its tensors are
    double weight;
    ChangedRows rows = {};
};

/// Writes a parameter as adapters change it, one after another, into `made`. `value`: on the CPU, contiguous, of a
/// shape that the changes fit, and only read; `made`: likewise, but in any memory order and dtype. It is computed in
/// float32 and rounded once. Results do not depend on the number of threads. Any thread.
///
/// Without a magnitude: value += weight * scale * D. With one, value moves by `weight` of the way to the weight that
/// the DoRA was trained to, as in AUTOMATIC1111 and ComfyUI.
void apply_changes(const at::Tensor& made, const at::Tensor& value, const std::vector<WeightedChange>& changes);

}  // namespace fanlight
