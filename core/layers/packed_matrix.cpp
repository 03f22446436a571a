#include "core/layers/packed_matrix.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

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

/// A part of a panel: so many numbers of each of its columns.
struct Part {
    int64_t panel, first, count;
};

/// Copies the panel's rows of the matrix, as its columns; what is beyond the last row is zero. In blocks that stay in
/// the cache while they are turned.
template <typename Number>
void pack(const Matrix<Number>& from, const Part& part, Number* to) {
    constexpr int64_t block = 64;
    const int64_t first = part.panel * columns, count = std::min(columns, from.out - first);
    for (int64_t start = 0; start < part.count; start += block) {
        const int64_t end = std::min(start + block, part.count);
        for (int64_t column = 0; column < columns; ++column) {
            const Number* row =
                from.numbers + (first + std::min(column, count - 1)) * from.out_stride + part.first * from.in_stride;
            for (int64_t i = start; i < end; ++i)
                to[i * columns + column] = column < count ? row[i * from.in_stride] : 0;
        }
    }
}

template <typename Number>
void pack(const at::Tensor& weight, const Part& part, void* to) {
    const Matrix<Number> from = {static_cast<const Number*>(weight.const_data_ptr()), weight.size(0), weight.size(1),
                                 weight.stride(0), weight.stride(1)};
    pack(from, part, static_cast<Number*>(to));
}

void pack(const at::Tensor& weight, const Part& part, void* to) {
    weight.element_size() == sizeof(float) ? pack<float>(weight, part, to) : pack<uint16_t>(weight, part, to);
}

}  // namespace

bool PackedMatrix::suits(const at::Tensor& weight) {
    const at::ScalarType dtype = weight.scalar_type();
    return weight.device().is_cpu() && weight.dim() == 2 && weight.numel() > 0 &&
           (dtype == at::kFloat || dtype == at::kBFloat16 || dtype == at::kHalf);
}

/// The weight, and later the panels made of it.
class PackedMatrix::Source {
public:
    Source(at::Tensor weight, std::function<void()> packed)
        : dtype(weight.scalar_type()),
          panel_count((weight.size(0) + columns - 1) / columns),
          weight_(std::move(weight)),
          packed_(std::move(packed)) {}

    const at::ScalarType dtype;
    const int64_t panel_count;

    /// What the next product reads: one of the two is defined.
    struct Numbers {
        at::Tensor weight;  ///< [out, in]
        at::Tensor panels;  ///< [panels, in, columns of a panel]; the last one is filled up with zeros

        /// The part's numbers, which may be put into `buffer`.
        const void* read(const Part& part, void* buffer) const {
            if (panels.defined())
                return static_cast<const char*>(panels.const_data_ptr()) +
                       (part.panel * panels.size(1) + part.first) * columns * panels.element_size();
            pack(weight, part, buffer);
            return buffer;
        }
    };
    Numbers next() {
        const std::lock_guard lock(mutex_);
        if (!panels_.defined() && std::exchange(was_read_, true)) pack_all();
        return {weight_, panels_};
    }

private:
    void pack_all() {
        const int64_t in = weight_.size(1);
        panels_ = at::empty({panel_count, in, columns}, weight_.options());
        auto* to = static_cast<char*>(panels_.mutable_data_ptr());
        at::parallel_for(0, panel_count, 1, [&](int64_t begin, int64_t end) {
            for (int64_t panel = begin; panel < end; ++panel)
                pack(weight_, {panel, 0, in}, to + panel * in * columns * panels_.element_size());
        });
        weight_.reset();
        if (packed_) packed_();
    }

    std::mutex mutex_;
    at::Tensor weight_, panels_;
    const std::function<void()> packed_;
    bool was_read_ = false;
};

PackedMatrix::PackedMatrix(const at::Tensor& given, std::function<void()> packed)
    : out_(given.size(0)), in_(given.size(1)) {
    const bool is_odd = given.scalar_type() == at::kHalf && !at::isfinite(given).all().item<bool>();
    source_ = std::make_shared<Source>(is_odd ? given.to(at::kFloat) : given, std::move(packed));
}

at::Tensor PackedMatrix::multiply(const at::Tensor& input, const at::Tensor& bias) const {
    static const packed_kernels::Instructions best = packed_kernels::widest();
    return multiply(input, bias, best);
}

at::Tensor PackedMatrix::multiply(const at::Tensor& input, const at::Tensor& bias,
                                  packed_kernels::Instructions instructions) const {
    const packed_kernels::Multiply multiply_by = packed_kernels::kernel(source_->dtype, instructions);
    const at::Tensor x = input.contiguous();
    std::vector<int64_t> shape = x.sizes().vec();
    shape.back() = source_->panel_count * columns;
    at::Tensor y = at::zeros(shape, x.options());
    if (bias.defined()) y.narrow(-1, 0, out_).add_(bias);
    const Source::Numbers numbers = source_->next();
    const float* in = x.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    const int64_t rows = x.numel() / in_;
    const int64_t panels_a_thread = std::max<int64_t>(1, grain / std::max<int64_t>(1, rows * in_ * columns));
    at::parallel_for(0, source_->panel_count, panels_a_thread, [&](int64_t begin, int64_t end) {
        alignas(64) std::array<float, depth * columns> buffer;
        for (int64_t panel = begin; panel < end; ++panel)
            for (int64_t i = 0; i < in_; i += depth) {
                const Part part = {panel, i, std::min(depth, in_ - i)};
                multiply_by(numbers.read(part, buffer.data()), part.count,
                            {in + i, rows, in_, out + panel * columns, shape.back()});
            }
    });
    return y.size(-1) == out_ ? y : y.narrow(-1, 0, out_).contiguous();
}

}  // namespace fanlight
