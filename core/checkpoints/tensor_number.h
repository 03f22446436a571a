#pragma once

#include <optional>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// The number in a tensor of one element, whatever its shape ([], [1], [1, 1]) and type: whole, boolean or floating
/// point, of 8 bits (Micikevicius et al. 2022) to 64. nullopt: it has not one element, or its type is none of these.
std::optional<double> number_of(const TensorEntry& tensor);

}  // namespace fanlight
