#include "core/layers/packed_matrix.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

#include "core/layers/packed_kernels.h"

namespace fanlight {

namespace {

constexpr int64_t columns = packed_kernels::columns;
constexpr int64_t depth = 512;  // of a panel's part that stays in a core's cache while all rows are multiplied by it
constexpr int64_t grain = 1 << 18;  // multiplications that are worth a thread

template <typename Number>
struct Matrix {
    const Number* numbers;
    int64_t out, in, out_stride, in_stride;
};

/// Copies the panel's rows of the matrix, as its columns; what is beyond the last row is zero. In blocks that stay in
/// the cache while they are turned.
template <typename Number>
void pack(const Matrix<Number>& from, int64_t panel, Number* to) {
    constexpr int64_t block = 64;
    const int64_t first = panel * columns, count = std::min(columns, from.out - first);
    for (int64_t start = 0; start < from.in; start += block) {
        const int64_t end = std::min(start + block, from.in);
        for (int64_t column = 0; column < columns; ++column) {
            const Number* row = from.numbers + (first + std::min(column, count - 1)) * from.out_stride;
            for (int64_t i = start; i < end; ++i)
                to[i * columns + column] = column < count ? row[i * from.in_stride] : 0;
        }
    }
}

}  // namespace

bool PackedMatrix::suits(const at::Tensor& weight) {
    const at::ScalarType dtype = weight.scalar_type();
    return weight.device().is_cpu() && weight.dim() == 2 && weight.numel() > 0 &&
           (dtype == at::kFloat || dtype == at::kBFloat16 || dtype == at::kHalf);
}

PackedMatrix::PackedMatrix(const at::Tensor& given) : out_(given.size(0)), in_(given.size(1)) {
    const bool is_odd = given.scalar_type() == at::kHalf && !at::isfinite(given).all().item<bool>();
    const at::Tensor weight = is_odd ? given.to(at::kFloat) : given;
    panels_ = at::empty({(out_ + columns - 1) / columns, in_, columns}, weight.options());
    weight.scalar_type() == at::kFloat ? fill<float>(weight) : fill<uint16_t>(weight);
}

template <typename Number>
void PackedMatrix::fill(const at::Tensor& weight) {
    const Matrix<Number> from = {static_cast<const Number*>(weight.const_data_ptr()), out_, in_, weight.stride(0),
                                 weight.stride(1)};
    auto* to = static_cast<Number*>(panels_.mutable_data_ptr());
    at::parallel_for(0, panels_.size(0), 1, [&](int64_t begin, int64_t end) {
        for (int64_t panel = begin; panel < end; ++panel) pack(from, panel, to + panel * in_ * columns);
    });
}

at::Tensor PackedMatrix::multiply(const at::Tensor& input, const at::Tensor& bias) const {
    static const packed_kernels::Instructions best = packed_kernels::widest();
    return multiply(input, bias, best);
}

at::Tensor PackedMatrix::multiply(const at::Tensor& input, const at::Tensor& bias,
                                  packed_kernels::Instructions instructions) const {
    const packed_kernels::Multiply multiply_by = packed_kernels::kernel(panels_.scalar_type(), instructions);
    const at::Tensor x = input.contiguous();
    std::vector<int64_t> shape = x.sizes().vec();
    shape.back() = panels_.size(0) * columns;
    at::Tensor y = at::zeros(shape, x.options());
    if (bias.defined()) y.narrow(-1, 0, out_).add_(bias);
    const float* in = x.const_data_ptr<float>();
    const auto* weights = static_cast<const char*>(panels_.const_data_ptr());
    const int64_t bytes = panels_.element_size();
    float* out = y.mutable_data_ptr<float>();
    const int64_t rows = x.numel() / in_;
    const int64_t panels_a_thread = std::max<int64_t>(1, grain / std::max<int64_t>(1, rows * in_ * columns));
    at::parallel_for(0, panels_.size(0), panels_a_thread, [&](int64_t begin, int64_t end) {
        for (int64_t panel = begin; panel < end; ++panel)
            for (int64_t i = 0; i < in_; i += depth)
                multiply_by(weights + (panel * in_ + i) * columns * bytes, std::min(depth, in_ - i),
                            {in + i, rows, in_, out + panel * columns, shape.back()});
    });
    return y.size(-1) == out_ ? y : y.narrow(-1, 0, out_).contiguous();
}

}  // namespace fanlight
