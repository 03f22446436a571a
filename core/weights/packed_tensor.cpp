#include "core/weights/packed_tensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "core/weights/block_unpacking.h"
#include "core/weights/tensor_types.h"

namespace fanlight {

namespace {

/// Some at a time, since what they are unpacked through takes several times their memory.
at::Tensor unpacked_blocks(const TensorEntry& entry, const at::Tensor& bytes, at::ScalarType dtype) {
    constexpr int64_t numbers_at_a_time = 1 << 22;
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

/// In the order of the file, without a scale.
at::Tensor stored_numbers(const TensorEntry& entry, const at::Tensor& bytes, at::ScalarType dtype) {
    if (is_quantised(entry.dtype)) return unpacked_blocks(entry, bytes, dtype);
    return bytes.view(made_dtype(entry.dtype)).view(entry.shape).to(at::kFloat).to(dtype);
}

}  // namespace

at::Tensor unpacked(const TensorEntry& entry, const PackedTensor& packed, at::ScalarType dtype) {
    TensorEntry stored = entry;
    if (entry.transposed) std::swap(stored.shape.at(0), stored.shape.at(1));
    at::Tensor made = stored_numbers(stored, packed.bytes, packed.scale.defined() ? at::kFloat : dtype);
    if (entry.transposed) made = made.t().contiguous();
    if (packed.scale.defined()) {
        multiply_by_scale(made, packed.scale);
        made = made.to(dtype);
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
