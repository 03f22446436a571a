#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "core/checkpoints/weight_change.h"

namespace fanlight {

/// What an adapter does to a parameter, and how much it counts.
struct WeightedChange {
    const WeightChange& change;
    /// A tensor of the adapter, of any dtype, on the parameter's device.
    std::function<at::Tensor(const TensorEntry& entry)> stored;
    double weight;
    ChangedRows rows = {};
};

/// Writes a parameter as adapters change it, one after another, into `made`. `value`: contiguous, of a shape that the
/// changes fit, and only read; `made`: on the same device, of the same shape, in any memory order and dtype. It is
/// computed there in float32 and rounded once. On the CPU, results do not depend on the number of threads. Any thread.
///
/// Without a magnitude: value += weight * scale * D. With one, value moves by `weight` of the way to the weight that
/// the DoRA was trained to, as in AUTOMATIC1111 and ComfyUI.
void apply_changes(const at::Tensor& made, const at::Tensor& value, const std::vector<WeightedChange>& changes);

}  // namespace fanlight
