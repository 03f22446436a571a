#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "core/layers/layers.h"

namespace fanlight {

struct ResnetBlock2DOptions {
    int64_t in_channels, out_channels;
    int64_t time_width = 0;  ///< 0: no time embedding (VAE)
    int64_t groups = 32;
    double eps = 1e-5;
    Activation act = nullptr;
    bool scale_shift = false;  ///< the time embedding scales and shifts the second norm instead of being added
    double output_scale = 1.0;
};

/// Two 3x3 convolutions with a residual connection, with the time embedding between them.
struct ResnetBlock2D {
    ResnetBlock2D(const Weights& w, const ResnetBlock2DOptions& options);

    /// x: [B, in, H, W]; temb: [1 or B, time_width] or undefined -> [B, out, H, W]
    at::Tensor operator()(const at::Tensor& x, const at::Tensor& temb) const;

    Activation act;
    bool scale_shift;
    double output_scale;
    GroupNorm norm1;
    Conv2d conv1;
    std::optional<Linear> time_emb_proj;
    GroupNorm norm2;
    Conv2d conv2;
    std::optional<Conv2d> conv_shortcut;
};

/// Halves height and width with a strided convolution.
struct Downsample2D {
    Downsample2D(const Weights& w, int64_t channels, int64_t padding);
    at::Tensor operator()(const at::Tensor& x) const;
    bool pads_right_and_bottom;  ///< padding 0 in the config: one row and one column of zeros at the bottom and right
                                 ///< edges
    Conv2d conv;
};

/// Nearest-neighbour upsampling to the given height and width, then a convolution.
struct Upsample2D {
    Upsample2D(const Weights& w, int64_t channels);
    at::Tensor operator()(const at::Tensor& x, at::IntArrayRef size) const;
    Conv2d conv;
};

}  // namespace fanlight
