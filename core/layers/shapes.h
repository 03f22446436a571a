#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <sstream>

#include "core/base/error.h"

namespace fanlight {

/// The sizes of a tensor of known rank, for unpacking into letters: const auto [B, C, H, W] = dims<4>(x); Throws Error
/// "expected rank 4, got shape [2, 3]".
template <size_t rank>
std::array<int64_t, rank> dims(const at::Tensor& x) {
    if (x.dim() != static_cast<int64_t>(rank)) {
        std::ostringstream text;
        text << "expected rank " << rank << ", got shape " << x.sizes();
        throw Error(Sentence(text.str()));
    }
    std::array<int64_t, rank> sizes{};
    for (size_t i = 0; i < rank; ++i) sizes[i] = x.size(static_cast<int64_t>(i));
    return sizes;
}

}  // namespace fanlight
