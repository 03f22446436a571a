#include "core/layers/convolution.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "core/layers/shapes.h"

extern "C" {  // <omp.h> comes with the compiler, the library with LibTorch
int omp_get_max_threads();
void omp_set_num_threads(int threads);
}

namespace fanlight {

namespace {

/// An even number of parts, so that threads finish together; wide enough for oneDNN's kernels, which process several
/// blocks of 16 channels at once.
int64_t channels_per_part(int64_t channels) {
    constexpr int64_t block = 16, min_width = 64;
    if (channels <= block) return channels;
    int64_t parts = 2;
    while (channels / (2 * parts) >= min_width) parts *= 2;
    return ((channels + parts - 1) / parts + block - 1) / block * block;
}

/// While it exists, code called from this thread runs single-threaded. at::set_num_threads() does not help: it affects
/// the whole process, and even inside a parallel region oneDNN asks OpenMP how many threads there would be outside.
class OneThread {
public:
    OneThread() : before_(omp_get_max_threads()) { set(1); }
    ~OneThread() { set(before_); }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

private:
    void set(int threads) const {
        if (before_ > 1) omp_set_num_threads(threads);
    }

    const int before_;
};

/// A 1x1 convolution as one matrix product, for either memory order.
at::Tensor convolve_pointwise(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    const at::Tensor matrix = weight.flatten(1);
    if (x.is_contiguous(at::MemoryFormat::ChannelsLast))
        return at::linear(x.permute({0, 2, 3, 1}), matrix, bias).permute({0, 3, 1, 2});
    at::Tensor y = at::matmul(matrix, x.flatten(2));
    if (bias.defined()) y += bias.unsqueeze(-1);
    return y.view({x.size(0), weight.size(0), x.size(2), x.size(3)});
}

}  // namespace

at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                    int64_t padding) {
    if (!x.is_cpu()) return at::conv2d(x, weight, bias, stride, padding);
    if (weight.size(2) == 1 && stride == 1 && padding == 0) return convolve_pointwise(x, weight, bias);
    const auto [B, C, H, W] = dims<4>(x);
    const int64_t O = weight.size(0), k = weight.size(2), part = channels_per_part(O);
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
    const bool inference_mode = c10::InferenceMode::is_enabled();
    at::parallel_for(0, parts * shares, 1, [&](int64_t begin, int64_t end) {
        const OneThread one;
        const c10::InferenceMode inference(inference_mode);
        for (int64_t i = begin; i < end; ++i) {
            const int64_t share = i / parts, first = i % parts * part, count = std::min(part, O - first);
            const auto own = [&](const at::Tensor& t) { return t.narrow(0, share * share_size, share_size); };
            own(y)
                .narrow(1, first, count)
                .copy_(at::conv2d(own(x), weight.narrow(0, first, count),
                                  bias.defined() ? bias.narrow(0, first, count) : bias, stride, padding));
        }
    });
    return y;
}

}  // namespace fanlight
