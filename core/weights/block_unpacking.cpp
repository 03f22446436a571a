#include "core/weights/block_unpacking.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/weights/transfer.h"

// Each function mirrors the one of its type in core/checkpoints/dequantise.cpp: the same operations on float32 in the
// same order, each a kernel of its own, so that no multiplication is fused with what is added to it.
namespace fanlight {

namespace {

at::Tensor columns(const at::Tensor& blocks, int64_t first, int64_t count) {
    return blocks.narrow(1, first, count).contiguous();
}

/// The float16 at this byte of each block: [n, 1, 1] float32.
at::Tensor half_at(const at::Tensor& blocks, int64_t byte) {
    return columns(blocks, byte, 2).view(at::kHalf).to(at::kFloat).unsqueeze(-1);
}

at::Tensor signed_bytes(const at::Tensor& blocks, int64_t first, int64_t count) {
    return columns(blocks, first, count).view(at::kChar);
}

/// Fields of `bits` bits. Each run of `width` bytes holds the lowest fields of all its bytes, then the next ones: [n,
/// bytes] uint8 -> [n, bytes * 8 / bits].
at::Tensor fields(const at::Tensor& bytes, int64_t width, int64_t bits) {
    const at::Tensor shifts = at::arange(0, 8, bits, bytes.options()).view({1, 1, -1, 1});
    const at::Tensor runs = bytes.view({bytes.size(0), -1, 1, width});
    return runs.bitwise_right_shift(shifts).bitwise_and_((1 << bits) - 1).view({bytes.size(0), -1});
}

/// Fifth and further bits on top of low ones.
at::Tensor with_high(const at::Tensor& low, const at::Tensor& high, int64_t position) {
    return low.bitwise_or(high.bitwise_left_shift(position));
}

/// [n, elements] -> [n, groups, elements of a group] float32
at::Tensor grouped(const at::Tensor& elements, int64_t groups) {
    return elements.to(at::kFloat).view({elements.size(0), groups, -1});
}

at::Tensor nibbles_at(const at::Tensor& blocks, int64_t byte) { return fields(columns(blocks, byte, 16), 16, 4); }

/// Fifth bits of 32 elements, in the order of the bits of 4 bytes.
at::Tensor with_fifth_bits(const at::Tensor& nibbles, const at::Tensor& blocks, int64_t byte) {
    return with_high(nibbles, fields(columns(blocks, byte, 4), 1, 1), 4);
}

at::Tensor q4_0(const at::Tensor& b) { return half_at(b, 0).mul(grouped(nibbles_at(b, 2), 1).sub_(8)); }

at::Tensor q4_1(const at::Tensor& b) { return half_at(b, 0).mul(grouped(nibbles_at(b, 4), 1)).add_(half_at(b, 2)); }

at::Tensor q5_0(const at::Tensor& b) {
    return half_at(b, 0).mul(grouped(with_fifth_bits(nibbles_at(b, 6), b, 2), 1).sub_(16));
}

at::Tensor q5_1(const at::Tensor& b) {
    return half_at(b, 0).mul(grouped(with_fifth_bits(nibbles_at(b, 8), b, 4), 1)).add_(half_at(b, 2));
}

at::Tensor q8_0(const at::Tensor& b) { return half_at(b, 0).mul(grouped(signed_bytes(b, 2, 32), 1)); }

at::Tensor q2_k(const at::Tensor& b) {
    const at::Tensor scales = columns(b, 0, 16);
    const at::Tensor factors = half_at(b, 80).mul(grouped(scales.bitwise_and(15), 16)),
                     offsets = half_at(b, 82).mul(grouped(scales.bitwise_right_shift(4), 16));
    return factors.mul(grouped(fields(columns(b, 16, 64), 32, 2), 16)).sub_(offsets);
}

at::Tensor q3_k(const at::Tensor& b) {
    const at::Tensor low = fields(columns(b, 96, 8), 8, 4), high = fields(columns(b, 104, 4), 4, 2);
    const at::Tensor factors = half_at(b, 108).mul(grouped(with_high(low, high, 4), 16).sub_(32));
    const at::Tensor elements = with_high(fields(columns(b, 32, 64), 32, 2), fields(columns(b, 0, 32), 32, 1), 2);
    return factors.mul(grouped(elements, 16).sub_(4));
}

/// Of Q4_K and Q5_K.
struct ScalesAndMins {
    at::Tensor factors, offsets;  ///< [n, 8, 1]
};
ScalesAndMins scales_and_mins(const at::Tensor& b) {
    const at::Tensor first = columns(b, 4, 4), second = columns(b, 8, 4), last = columns(b, 12, 4);
    const at::Tensor scales =
        at::cat({first.bitwise_and(63), with_high(last.bitwise_and(15), first.bitwise_right_shift(6), 4)}, 1);
    const at::Tensor mins =
        at::cat({second.bitwise_and(63), with_high(last.bitwise_right_shift(4), second.bitwise_right_shift(6), 4)}, 1);
    return {half_at(b, 0).mul(grouped(scales, 8)), half_at(b, 2).mul(grouped(mins, 8))};
}

at::Tensor q4_k(const at::Tensor& b) {
    const auto [factors, offsets] = scales_and_mins(b);
    return factors.mul(grouped(fields(columns(b, 16, 128), 32, 4), 8)).sub_(offsets);
}

at::Tensor q5_k(const at::Tensor& b) {
    const auto [factors, offsets] = scales_and_mins(b);
    const at::Tensor elements = with_high(fields(columns(b, 48, 128), 32, 4), fields(columns(b, 16, 32), 32, 1), 4);
    return factors.mul(grouped(elements, 8)).sub_(offsets);
}

at::Tensor q6_k(const at::Tensor& b) {
    const at::Tensor elements = with_high(fields(columns(b, 0, 128), 64, 4), fields(columns(b, 128, 64), 32, 2), 4);
    return half_at(b, 208).mul(grouped(signed_bytes(b, 192, 16), 16)).mul(grouped(elements, 16).sub_(32));
}

/// Elements of 4 bits whose steps are uneven.
at::Tensor stepped(const at::Tensor& nibbles) {
    const at::Tensor steps =
        to_device(at::tensor({-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113},
                             at::TensorOptions().dtype(at::kFloat)),
                  nibbles.device());
    return steps.index_select(0, nibbles.flatten().to(at::kInt)).view(nibbles.sizes());
}

at::Tensor iq4_nl(const at::Tensor& b) { return half_at(b, 0).mul(grouped(stepped(nibbles_at(b, 2)), 1)); }

at::Tensor iq4_xs(const at::Tensor& b) {
    const at::Tensor low = fields(columns(b, 4, 4), 1, 4), high = fields(columns(b, 2, 2), 1, 2);
    const at::Tensor factors = half_at(b, 0).mul(grouped(with_high(low, high, 4), 8).sub_(32));
    return factors.mul(grouped(stepped(fields(columns(b, 8, 128), 16, 4)), 8));
}

using Unpack = at::Tensor (*)(const at::Tensor& blocks);
constexpr std::pair<Dtype, Unpack> unpackers[] = {
    {Dtype::Q4_0, q4_0}, {Dtype::Q4_1, q4_1}, {Dtype::Q5_0, q5_0},     {Dtype::Q5_1, q5_1},
    {Dtype::Q8_0, q8_0}, {Dtype::Q2_K, q2_k}, {Dtype::Q3_K, q3_k},     {Dtype::Q4_K, q4_k},
    {Dtype::Q5_K, q5_k}, {Dtype::Q6_K, q6_k}, {Dtype::IQ4_NL, iq4_nl}, {Dtype::IQ4_XS, iq4_xs}};

}  // namespace

at::Tensor numbers_of_blocks(Dtype dtype, const at::Tensor& blocks) {
    const auto* const found =
        std::find_if(std::begin(unpackers), std::end(unpackers), [&](const auto& each) { return each.first == dtype; });
    if (found == std::end(unpackers)) throw Error("Nothing is unpacked from %1", std::string(name_of(dtype)));
    return found->second(blocks).flatten(1);
}

}  // namespace fanlight
