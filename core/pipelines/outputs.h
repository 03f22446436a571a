#pragma once

#include <ATen/core/Tensor.h>

#include <variant>
#include <vector>

#include "core/batch/result.h"
#include "core/parallel/parcel.h"

namespace fanlight {

/// Finished pictures. Those with non-finite values are `broken`.
struct Pictures {
    at::Tensor images;  ///< [B, H, W, 3] uint8 on the CPU, contiguous
    std::vector<bool> broken;
};

/// Finished texts, or whatever else is kept as a record.
struct Records {
    std::vector<ResultRecord> rows;
};

/// The result of a micro-batch, one row per item; further rows are padding.
using Outputs = std::variant<Pictures, Records>;

/// Only these rows, in this order.
Outputs rows_of(const Outputs& outputs, const std::vector<size_t>& rows);

/// For sending from the stage that makes them to the one that writes them.
Parcel::Result packed(const Outputs& outputs, double seconds);
/// Throws Error on anything else.
Outputs unpacked_outputs(const Parcel::Result& result);

}  // namespace fanlight
