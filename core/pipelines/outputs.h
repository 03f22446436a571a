#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <variant>
#include <vector>

#include "core/base/failure.h"
#include "core/batch/result.h"
#include "core/parallel/parcel.h"
#include "core/weights/transfer.h"

namespace fanlight {

/// Of a picture whose values are finite where it is decoded in float32, and not in float16.
constexpr uint8_t finite_in_float32 = 2;

/// The pictures of a micro-batch, finished or still on their way from the device. Any thread.
class Pictures {
public:
    /// `images`: [B, H, W, 3] uint8, `finite`: [B] uint8, 0 for a picture with values that are not, 1, or
    /// finite_in_float32; on any device.
    Pictures(const at::Tensor& images, const at::Tensor& finite);

    int64_t size() const { return shape_.front(); }

    // Waiting until they have arrived

    /// [B, H, W, 3] uint8 on the CPU, contiguous
    at::Tensor images() const;
    /// [B] uint8 on the CPU
    at::Tensor finite() const;

private:
    std::vector<int64_t> shape_;
    HostCopy bytes_;  ///< of the images, then one for each of `finite`: a copy costs more than its bytes
};

/// Finished texts, or whatever else is kept as a record.
struct Records {
    std::vector<ResultRecord> rows;
    std::map<size_t, Failure> failures = {};  ///< by row: those that could not be made, without the others' fault
};

/// The result of a micro-batch, one row per item; further rows are padding.
using Outputs = std::variant<Pictures, Records>;

/// Only these rows, in this order.
Outputs rows_of(const Outputs& outputs, const std::vector<size_t>& rows);

/// For sending from the stage that makes them to the one that writes them. `seconds` that they took: asked when they
/// have arrived.
Parcel::Result packed(const Outputs& outputs, const std::function<double()>& seconds);
/// Throws Error on anything else.
Outputs unpacked_outputs(const Parcel::Result& result);

}  // namespace fanlight
