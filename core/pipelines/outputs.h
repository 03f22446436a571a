#pragma once

#include <ATen/core/Tensor.h>

#include <variant>
#include <vector>

#include "core/parallel/parcel.h"

namespace fanlight {

/// Finished pictures. Rows that are not finite are `broken`.
struct Pictures {
    at::Tensor images;  ///< [B, H, W, 3] uint8 on the CPU, contiguous
    std::vector<bool> broken;
};

/// What came out of a micro-batch, a row an item; rows beyond the items are padding.
using Outputs = std::variant<Pictures>;

/// These rows alone, in this order.
Outputs rows_of(const Outputs& outputs, const std::vector<size_t>& rows);

/// On their way from the stage that makes them to the one that writes them.
Parcel::Result packed(const Outputs& outputs, double seconds);
/// Throws Error on anything else.
Outputs unpacked_outputs(const Parcel::Result& result);

}  // namespace fanlight
