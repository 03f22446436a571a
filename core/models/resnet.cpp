#include "core/models/resnet.h"

#include <ATen/ATen.h>

namespace fanlight {

ResnetBlock2D::ResnetBlock2D(const Weights& w, const ResnetBlock2DOptions& o)
    : act(o.act),
      scale_shift(o.scale_shift),
      output_scale(o.output_scale),
      norm1(w / "norm1", o.groups, o.in_channels, o.eps),
      conv1(w / "conv1", {o.in_channels, o.out_channels}),
      norm2(w / "norm2", o.groups, o.out_channels, o.eps),
      conv2(w / "conv2", {o.out_channels, o.out_channels}) {
    if (o.time_width > 0)
        time_emb_proj = linear(w / "time_emb_proj", o.time_width, o.scale_shift ? 2 * o.out_channels : o.out_channels);
    if (o.in_channels != o.out_channels)
        conv_shortcut.emplace(w / "conv_shortcut", Conv2dOptions{o.in_channels, o.out_channels, 1, 1, 0});
}

at::Tensor ResnetBlock2D::operator()(const at::Tensor& input, const at::Tensor& temb) const {
    const at::Tensor x = beside(input, norm1.weight);
    at::Tensor h = conv1(norm1(x, act));
    at::Tensor time;
    if (time_emb_proj) time = (*time_emb_proj)(act(temb)).unsqueeze(-1).unsqueeze(-1);  // [B, C, 1, 1]
    if (scale_shift) {
        const auto parts = time.chunk(2, 1);
        h = act(norm2(h) * (1 + parts[0]) + parts[1]);
    } else {
        h = norm2(time_emb_proj ? h.add_(time) : h, act);
    }
    h = conv2(h);
    h += conv_shortcut ? (*conv_shortcut)(x) : x;
    return output_scale == 1.0 ? h : h / output_scale;
}

Downsample2D::Downsample2D(const Weights& w, int64_t channels, int64_t padding)
    : pads_right_and_bottom(padding == 0), conv(w / "conv", {channels, channels, 3, 2, padding}) {}

at::Tensor Downsample2D::operator()(const at::Tensor& x) const {
    return conv(pads_right_and_bottom ? at::constant_pad_nd(x, {0, 1, 0, 1}) : x);
}

Upsample2D::Upsample2D(const Weights& w, int64_t channels) : conv(w / "conv", {channels, channels}) {}

at::Tensor Upsample2D::operator()(const at::Tensor& x, at::IntArrayRef size) const {
    return conv(at::upsample_nearest2d(x, size));
}

}  // namespace fanlight
