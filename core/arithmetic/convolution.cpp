#include "core/arithmetic/convolution.h"

#include <ATen/ATen.h>

#include "core/arithmetic/matrix_product.h"
#include "core/arithmetic/parts.h"

namespace fanlight {

namespace {

/// A 1x1 convolution as one matrix product, for either memory order.
at::Tensor convolve_pointwise(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    const at::Tensor matrix = weight.flatten(1);
    if (x.is_contiguous(at::MemoryFormat::ChannelsLast))
        return linear_product(x.permute({0, 2, 3, 1}), matrix, bias).permute({0, 3, 1, 2});
    at::Tensor y = matrix_product(matrix, x.flatten(2));
    if (bias.defined()) y += bias.unsqueeze(-1);
    return y.view({x.size(0), weight.size(0), x.size(2), x.size(3)});
}

}  // namespace

at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                    int64_t padding) {
    if (!x.is_cpu()) return at::conv2d(x, weight, bias, stride, padding);
    if (weight.size(2) == 1 && stride == 1 && padding == 0) return convolve_pointwise(x, weight, bias);
    const int64_t B = x.size(0), H = x.size(2), W = x.size(3);
    // Wide enough for oneDNN's kernels, which process several blocks of 16 channels at once.
    constexpr int64_t min_width = 64;
    const int64_t O = weight.size(0), k = weight.size(2), part = part_width(O, min_width);
    if (part >= O) {
        const OneThread one;
        return at::conv2d(x, weight, bias, stride, padding);
    }
    const auto side = [&](int64_t pixels) { return (pixels + 2 * padding - k) / stride + 1; };
    const bool channels_last = weight.is_contiguous(at::MemoryFormat::ChannelsLast) ||
                               (x.is_contiguous(at::MemoryFormat::ChannelsLast) && !x.is_contiguous());
    at::Tensor y = at::empty(
        {B, O, side(H), side(W)},
        x.options().memory_format(channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous));
    // Weights are reordered for each part, which costs little compared to the products over so many pixels.
    constexpr int64_t many_pixels = 1024;
    const int64_t shares = B > 1 && H * W >= many_pixels ? B : 1, share_size = B / shares;
    const int64_t parts = (O + part - 1) / part;
    compute_parts(parts * shares, [&](int64_t i) {
        const int64_t share = i / parts, first = i % parts * part, count = std::min(part, O - first);
        const auto own = [&](const at::Tensor& t) { return t.narrow(0, share * share_size, share_size); };
        own(y)
            .narrow(1, first, count)
            .copy_(at::conv2d(own(x), weight.narrow(0, first, count),
                              bias.defined() ? bias.narrow(0, first, count) : bias, stride, padding));
    });
    return y;
}

}  // namespace fanlight
