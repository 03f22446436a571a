#include "core/layers/fused.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cmath>
#include <vector>

#include "core/arithmetic/elementwise.h"
#include "core/layers/fused_math.h"
#include "core/layers/shapes.h"

namespace fanlight {

namespace {

/// x * P(normal <= x), with the error function of Abramowitz and Stegun 7.1.26 (absolute error 1.5e-7).
inline float gelu_of(float x) {
    const float z = std::abs(x) * 0.70710678f;
    const float t = 1.0f / (1.0f + 0.3275911f * z);
    const float p =
        ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
    const float tail = 0.5f * x * p * exp_of_minus(z * z);  // x * (1 - erf(z)) / 2
    return by_sign(x, tail, x - tail);
}

FANLIGHT_SIMD void geglu_rows(const float* x, float* y, int64_t rows, int64_t width) {
    for (int64_t row = 0; row < rows; ++row, x += 2 * width, y += width)
        for (int64_t i = 0; i < width; ++i) y[i] = x[i] * gelu_of(x[width + i]);
}

/// Adds the first and second moments of n channels about `pivot`, over `rows` pixels, to sum and squares.
FANLIGHT_SIMD void add_moments(const float* x, const float* pivot, float* sum, float* squares, int64_t rows,
                               int64_t stride, int64_t n) {
    for (int64_t row = 0; row < rows; ++row, x += stride)
        for (int64_t i = 0; i < n; ++i) {
            const float d = x[i] - pivot[i];
            sum[i] += d;
            squares[i] += d * d;
        }
}

FANLIGHT_SIMD void scale_shift(const float* x, float* y, const float* scale, const float* shift, int64_t rows,
                               int64_t stride, int64_t n) {
    for (int64_t row = 0; row < rows; ++row, x += stride, y += stride)
        for (int64_t i = 0; i < n; ++i) y[i] = x[i] * scale[i] + shift[i];
}

FANLIGHT_SIMD void scale_shift_silu(const float* x, float* y, const float* scale, const float* shift, int64_t rows,
                                    int64_t stride, int64_t n) {
    for (int64_t row = 0; row < rows; ++row, x += stride, y += stride)
        for (int64_t i = 0; i < n; ++i) y[i] = silu_of(x[i] * scale[i] + shift[i]);
}

struct Pixels {
    int64_t count, channels, group;  ///< group: number of channels normalized together
    const float *weight, *bias;
    double eps;
};

/// Computes scale and shift of the `n` channels from `first` on, whole groups, of the picture at x.
void find_scale_and_shift(const Pixels& p, const float* x, int64_t first, int64_t n, float* scale, float* shift) {
    constexpr int64_t rows_per_block = 64;  // short sums in float, accumulated in double
    std::vector<double> sum(n), squares(n);
    std::vector<float> part(2 * n);
    for (int64_t row = 0; row < p.count; row += rows_per_block) {
        std::fill(part.begin(), part.end(), 0.0f);
        add_moments(x + row * p.channels + first, x + first, part.data(), part.data() + n,
                    std::min(rows_per_block, p.count - row), p.channels, n);
        for (int64_t i = 0; i < n; ++i) {
            sum[i] += part[i];
            squares[i] += part[n + i];
        }
    }
    const double total = static_cast<double>(p.count) * static_cast<double>(p.group);
    for (int64_t start = 0; start < n; start += p.group) {
        double mean = 0;
        for (int64_t i = start; i < start + p.group; ++i)
            mean += sum[i] / total + x[first + i] / static_cast<double>(p.group);
        double variance = 0;  // each channel's second moment, shifted from its pivot to the group's mean
        for (int64_t i = start; i < start + p.group; ++i) {
            const double offset = x[first + i] - mean;
            variance += (squares[i] + 2 * offset * sum[i]) / total + offset * offset / static_cast<double>(p.group);
        }
        const double inverse = 1.0 / std::sqrt(std::max(variance, 0.0) + p.eps);
        for (int64_t i = start; i < start + p.group; ++i) {
            scale[i] = static_cast<float>(p.weight[first + i] * inverse);
            shift[i] = static_cast<float>(p.bias[first + i] - mean * p.weight[first + i] * inverse);
        }
    }
}

bool is_plain_float(const at::Tensor& x) {
    return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.numel() > 0;
}

template <typename Apply>
at::Tensor normalize_pixels(const at::Tensor& x, int64_t groups, const at::Tensor& weight, const at::Tensor& bias,
                            double eps, Apply apply) {
    const auto [B, C, H, W] = dims<4>(x);
    at::Tensor y = at::empty_like(x);
    const Pixels p{H * W, C, C / groups, weight.const_data_ptr<float>(), bias.const_data_ptr<float>(), eps};
    const float* in = x.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    // The unit of work is one group of one picture, so that results depend neither on the threads nor on the other
    // pictures; neighbouring groups are processed together for the sake of the cache.
    at::parallel_for(0, B * groups, std::max<int64_t>(1, 16384 / (p.count * p.group)), [&](int64_t begin, int64_t end) {
        while (begin < end) {
            const int64_t b = begin / groups, stop = std::min(end, (b + 1) * groups);
            const int64_t first = begin % groups * p.group, n = (stop - begin) * p.group;
            std::vector<float> scale(n), shift(n);
            const int64_t start = b * p.count * p.channels;
            find_scale_and_shift(p, in + start, first, n, scale.data(), shift.data());
            apply(in + start + first, out + start + first, scale.data(), shift.data(), p.count, p.channels, n);
            begin = stop;
        }
    });
    return y;
}

bool has_channels_last(const at::Tensor& x) {
    return is_plain_float(x) && x.dim() == 4 && x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace

at::Tensor group_norm(const at::Tensor& x, int64_t groups, const at::Tensor& weight, const at::Tensor& bias,
                      double eps) {
    if (has_channels_last(x)) return normalize_pixels(x, groups, weight, bias, eps, scale_shift);
    return at::group_norm(x, groups, weight, bias, eps);
}

at::Tensor group_norm_silu(const at::Tensor& x, int64_t groups, const at::Tensor& weight, const at::Tensor& bias,
                           double eps) {
    if (has_channels_last(x)) return normalize_pixels(x, groups, weight, bias, eps, scale_shift_silu);
    return elementwise(at::group_norm(x, groups, weight, bias, eps), at::silu);
}

at::Tensor geglu(const at::Tensor& x) {
    const int64_t width = x.size(-1) / 2;
    if (!is_plain_float(x) || !x.is_contiguous()) {
        const auto halves = x.chunk(2, -1);
        return halves[0] * elementwise(halves[1], [](const at::Tensor& part) { return at::gelu(part); });
    }
    std::vector<int64_t> shape = x.sizes().vec();
    shape.back() = width;
    at::Tensor y = at::empty(shape, x.options());
    const float* in = x.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, y.numel() / width, std::max<int64_t>(1, 16384 / width), [&](int64_t begin, int64_t end) {
        geglu_rows(in + 2 * begin * width, out + begin * width, end - begin, width);
    });
    return y;
}

}  // namespace fanlight
