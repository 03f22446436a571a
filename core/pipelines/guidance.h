#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace fanlight {

/// Classifier-free guidance (Ho & Salimans 2022) of a micro-batch in one call of the network: the unconditional half
/// first, then the conditional one, as in diffusers.
class Guidance {
public:
    /// `scales`: one per image; all above the floor (guided) or none, or empty. `rescales`: one per image, from 0 to 1,
    /// or empty: how much of the guided prediction is rescaled to the standard deviation of the conditional one (Lin et
    /// al. 2023, section 3.4). `floor`: see ImageTask::guidance_scale().
    Guidance(const std::vector<double>& scales, const std::vector<double>& rescales, double floor, at::Device device);

    bool guided() const { return scales_.defined(); }

    /// [B, …] -> [2B, …] if guided.
    at::Tensor widen(const at::Tensor& x) const;

    /// [2B, C, h, w] -> [B, C, h, w]: scale * (conditional - unconditional), each image with its own scale, on top of
    /// the unconditional half, or of the conditional one if the floor is 0.
    at::Tensor combine(const at::Tensor& output) const;

private:
    at::Tensor rescaled(const at::Tensor& guided, const at::Tensor& conditional) const;

    const double floor_;
    at::Tensor scales_;    ///< [B, 1, 1, 1] float32; undefined if not guided
    at::Tensor rescales_;  ///< likewise; undefined if nothing is rescaled
};

}  // namespace fanlight
