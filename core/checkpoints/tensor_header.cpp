#include "core/checkpoints/tensor_header.h"

#include <algorithm>

namespace fanlight {

/// Extents of 0 count as 1 in the overflow check, since strides are products, too.
uint64_t byte_size(Dtype dtype, const std::vector<int64_t>& shape, const RefuseHeader& refuse) {
    uint64_t elements = 1, extents = 1;
    for (const int64_t size : shape) {
        const auto extent = static_cast<uint64_t>(size);
        elements *= extent;  // at most `extents`, which the next line limits to less than 2^57
        if (__builtin_mul_overflow(extents, std::max<uint64_t>(extent, 1), &extents) || extents >= uint64_t{1} << 57)
            refuse("is larger than any memory");
    }
    const DtypeBlock block = block_of(dtype);
    if (elements % block.elements != 0) refuse("does not fill whole bytes");
    return elements / block.elements * block.bytes;
}

void check_tensor_name(std::string_view name, const RefuseHeader& refuse) {
    if (name.size() > max_tensor_name_bytes) refuse(Sentence("has a name longer than %1 bytes", max_tensor_name_bytes));
    const auto controls = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
    if (std::any_of(name.begin(), name.end(), controls)) refuse("has a control character in the name of a tensor");
}

}  // namespace fanlight
