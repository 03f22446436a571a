#include "core/weights/packed_tensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "core/weights/block_unpacking.h"
#include "core/weights/tensor_types.h"

namespace fanlight {

namespace {

/// What numbers are unpacked through takes several times their memory, so only so many are at a time.
constexpr int64_t numbers_at_a_time = 1 << 22;

at::Tensor unpacked_blocks(const TensorEntry& entry, const at::Tensor& bytes, at::ScalarType dtype) {
    const DtypeBlock block = block_of(entry.dtype);
    const auto width = static_cast<int64_t>(block.bytes), elements = static_cast<int64_t>(block.elements);
    const at::Tensor blocks = bytes.view({-1, width});
    const at::Tensor made = at::empty(entry.shape, bytes.options().dtype(dtype));
    const at::Tensor rows = made.view({-1, elements});
    const int64_t most = numbers_at_a_time / elements;
    for (int64_t first = 0; first < blocks.size(0); first += most) {
        const int64_t count = std::min(most, blocks.size(0) - first);
        rows.narrow(0, first, count).copy_(numbers_of_blocks(entry.dtype, blocks.narrow(0, first, count)));
    }
    return made;
}

/// numbers: of 8 bits each. scale: theirs, as PackedTensor's. Contiguous, whatever the numbers' strides.
at::Tensor numbers_of_8_bits(const at::Tensor& numbers, const at::Tensor& scale, at::ScalarType dtype) {
    const auto convert = [&](const at::Tensor& some, const at::Tensor& scale_of_some) {
        at::Tensor converted = some.to(at::kFloat);
        if (scale_of_some.defined()) multiply_by_scale(converted, scale_of_some);
        return converted;
    };
    const at::Tensor made = at::empty(numbers.sizes(), numbers.options().dtype(dtype));
    if (numbers.numel() <= numbers_at_a_time) return made.copy_(convert(numbers.contiguous(), scale));
    const int64_t rows = numbers.size(0), scales = scale.defined() ? scale.size(0) : 1;
    const int64_t together = scales == 1 ? 1 : rows / scales;  // rows with a scale of their own
    const int64_t most = std::max<int64_t>(1, numbers_at_a_time / (numbers.numel() / rows * together)) * together;
    for (int64_t first = 0; first < rows; first += most) {
        const int64_t count = std::min(most, rows - first);
        const at::Tensor own = scales == 1 ? scale : scale.narrow(0, first / together, count / together);
        made.narrow(0, first, count).copy_(convert(numbers.narrow(0, first, count).contiguous(), own));
    }
    return made;
}

}  // namespace

at::Tensor unpacked(const TensorEntry& entry, const PackedTensor& packed, at::ScalarType dtype) {
    TensorEntry stored = entry;
    if (entry.transposed) std::swap(stored.shape.at(0), stored.shape.at(1));
    at::Tensor made;
    if (is_quantised(entry.dtype)) {
        made = unpacked_blocks(stored, packed.bytes, packed.scale.defined() ? at::kFloat : dtype);
        if (entry.transposed) made = made.t().contiguous();
        if (packed.scale.defined()) multiply_by_scale(made, packed.scale);
        made = made.to(dtype);
    } else {
        const at::Tensor numbers = packed.bytes.view(made_dtype(entry.dtype)).view(stored.shape);
        made = numbers_of_8_bits(entry.transposed ? numbers.t() : numbers, packed.scale, dtype);
    }
    return entry.halves_swapped ? made.roll(entry.shape.at(0) / 2, /*dims=*/0) : made;
}

void multiply_by_scale(at::Tensor& numbers, const at::Tensor& scale) {
    std::vector<int64_t> blocks, of_scale;
    for (int64_t d = 0; d < scale.dim(); ++d) {
        blocks.insert(blocks.end(), {scale.size(d), numbers.size(d) / scale.size(d)});
        of_scale.insert(of_scale.end(), {scale.size(d), 1});
    }
    numbers.view(blocks).mul_(scale.view(of_scale));
}

}  // namespace fanlight
