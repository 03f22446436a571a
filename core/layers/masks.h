#pragma once

#include <ATen/Dispatch.h>

#include <limits>

namespace fanlight {

/// What transformers gives a score that is masked: the lowest finite number. A token that sees none then attends to all
/// alike, where -inf would make its numbers NaN.
inline double lowest(at::ScalarType dtype) {
    return AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, dtype, "lowest",
                                           [] { return static_cast<double>(std::numeric_limits<scalar_t>::lowest()); });
}

}  // namespace fanlight
