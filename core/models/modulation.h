#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace fanlight {

/// How what a network is told of a picture as a whole, such as the time, changes what a part of a block takes and gives
/// (Peebles and Xie 2023, section 3.2): each [width].
struct Modulation {
    at::Tensor shift, scale, gate;

    /// The part's input. x: [..., width]
    at::Tensor before(const at::Tensor& x, double eps) const;
    /// x with the part's output y.
    at::Tensor after(const at::Tensor& x, const at::Tensor& y) const;
};

/// Those of several parts, one after the other. all: [parts * 3 * width]
std::vector<Modulation> modulations_in(const at::Tensor& all, int64_t width);

/// As in FLUX: what float16 cannot hold becomes its largest.
at::Tensor within_float16(const at::Tensor& x);

}  // namespace fanlight
