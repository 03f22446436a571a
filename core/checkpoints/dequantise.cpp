#include "core/checkpoints/dequantise.h"

#include <bit>
#include <cstdint>
#include <cstring>

// Compiled without fused multiply-add, which rounds once where the reference rounds twice (CMakeLists.txt).
namespace fanlight {

namespace {

uint16_t word_at(const uint8_t* bytes) {
    uint16_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// The float16 at this place.
float half_at(const uint8_t* bytes) {
    const uint32_t half = word_at(bytes), sign = (half & 0x8000) << 16, magnitude = (half & 0x7fff) << 13;
    if ((half & 0x7c00) == 0x7c00) return std::bit_cast<float>(sign | 0x7f80'0000 | magnitude);
    return std::bit_cast<float>(sign | magnitude) * 0x1p112f;  // exact, also where it was subnormal
}

// A block's elements are unpacked into bytes first, and then made numbers of: loops that the compiler vectorises.

/// Elements of 4 bits in `count` bytes: those in the low halves of the bytes, then those in the high ones.
template <int count>
void unpack_nibbles(const uint8_t* bytes, int8_t* to) {
    for (int i = 0; i < count; ++i) to[i] = static_cast<int8_t>(bytes[i] & 15);
    for (int i = 0; i < count; ++i) to[count + i] = static_cast<int8_t>(bytes[i] >> 4);
}

/// Elements of 2 bits in 32 bytes: those in the lowest bits of all bytes first.
void unpack_pairs(const uint8_t* bytes, int8_t* to) {
    for (int pair = 0; pair < 4; ++pair)
        for (int i = 0; i < 32; ++i) to[32 * pair + i] = static_cast<int8_t>(bytes[i] >> (2 * pair) & 3);
}

/// Sets the fifth bits of 32 elements, which lie in 4 bytes one after another.
void add_fifth_bits(const uint8_t* fifths, int8_t* to) {
    for (int byte = 0; byte < 4; ++byte)
        for (int i = 0; i < 8; ++i) to[8 * byte + i] |= static_cast<int8_t>((fifths[byte] >> i & 1) << 4);
}

/// Adds to 32 elements what lies `shift` bits up in each of 32 bytes: `bits` bits, which count from `position` on.
void add_bits(const uint8_t* bytes, int shift, int bits, int position, int8_t* to) {
    for (int i = 0; i < 32; ++i)
        to[i] = static_cast<int8_t>(to[i] | (bytes[i] >> shift & ((1 << bits) - 1)) << position);
}

template <int count>
void subtract(int8_t value, int8_t* from) {
    for (int i = 0; i < count; ++i) from[i] = static_cast<int8_t>(from[i] - value);
}

/// Elements of 4 bits whose steps are uneven: the types of the IQ4 family.
void look_up_steps(int8_t* elements) {
    static constexpr int8_t steps[] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
    for (int i = 0; i < 32; ++i) elements[i] = steps[elements[i]];
}

/// `groups` groups of `size` numbers each: factor * element.
template <int groups, int size>
void scale(const int8_t* elements, const float* factors, float* to) {
    for (int g = 0; g < groups; ++g)
        for (int i = 0; i < size; ++i) to[size * g + i] = factors[g] * static_cast<float>(elements[size * g + i]);
}

/// factor * element + offset
template <int groups, int size>
void scale(const int8_t* elements, const float* factors, const float* offsets, float* to) {
    for (int g = 0; g < groups; ++g)
        for (int i = 0; i < size; ++i)
            to[size * g + i] = factors[g] * static_cast<float>(elements[size * g + i]) + offsets[g];
}

void q4_0(const uint8_t* block, float* to) {
    int8_t elements[32];
    unpack_nibbles<16>(block + 2, elements);
    subtract<32>(8, elements);
    const float factor = half_at(block);
    scale<1, 32>(elements, &factor, to);
}

void q4_1(const uint8_t* block, float* to) {
    int8_t elements[32];
    unpack_nibbles<16>(block + 4, elements);
    const float factor = half_at(block), offset = half_at(block + 2);
    scale<1, 32>(elements, &factor, &offset, to);
}

void q5_0(const uint8_t* block, float* to) {
    int8_t elements[32];
    unpack_nibbles<16>(block + 6, elements);
    add_fifth_bits(block + 2, elements);
    subtract<32>(16, elements);
    const float factor = half_at(block);
    scale<1, 32>(elements, &factor, to);
}

void q5_1(const uint8_t* block, float* to) {
    int8_t elements[32];
    unpack_nibbles<16>(block + 8, elements);
    add_fifth_bits(block + 4, elements);
    const float factor = half_at(block), offset = half_at(block + 2);
    scale<1, 32>(elements, &factor, &offset, to);
}

void q8_0(const uint8_t* block, float* to) {
    const float factor = half_at(block);
    scale<1, 32>(reinterpret_cast<const int8_t*>(block + 2), &factor, to);
}

void q2_k(const uint8_t* block, float* to) {
    const uint8_t *scales = block, *pairs = block + 16;
    const float d = half_at(block + 80), dmin = half_at(block + 82);
    float factors[16], offsets[16];
    for (int g = 0; g < 16; ++g) {
        factors[g] = d * static_cast<float>(scales[g] & 15);
        offsets[g] = -(dmin * static_cast<float>(scales[g] >> 4));
    }
    int8_t elements[256];
    for (int half = 0; half < 2; ++half) unpack_pairs(pairs + 32 * half, elements + 128 * half);
    scale<16, 16>(elements, factors, offsets, to);
}

/// The third bit of an element is clear where 4 is to be subtracted.
void q3_k(const uint8_t* block, float* to) {
    const uint8_t *thirds = block, *pairs = block + 32, *scales = block + 96;
    const float d = half_at(block + 108);
    float factors[16];
    for (int g = 0; g < 16; ++g) {
        const int low = scales[g % 8] >> (g < 8 ? 0 : 4) & 15, high = scales[8 + g % 4] >> (2 * (g / 4)) & 3;
        factors[g] = d * static_cast<float>((low | high << 4) - 32);
    }
    int8_t elements[256];
    for (int half = 0; half < 2; ++half) unpack_pairs(pairs + 32 * half, elements + 128 * half);
    for (int bit = 0; bit < 8; ++bit) add_bits(thirds, bit, 1, 2, elements + 32 * bit);
    subtract<256>(4, elements);
    scale<16, 16>(elements, factors, to);
}

/// What Q4_K and Q5_K begin with: eight factors and eight minima of 6 bits in 12 bytes, each for 32 numbers.
struct SixBitScales {
    float factors[8], offsets[8];

    explicit SixBitScales(const uint8_t* block) {
        const float d = half_at(block), dmin = half_at(block + 2);
        const uint8_t *low = block + 4, *middle = low + 4, *high = low + 8;
        for (int g = 0; g < 4; ++g) {
            set(g, d, low[g] & 63, dmin, middle[g] & 63);
            set(g + 4, d, (high[g] & 15) | (low[g] >> 2 & 48), dmin, high[g] >> 4 | (middle[g] >> 2 & 48));
        }
    }

    void set(int g, float d, int factor, float dmin, int minimum) {
        factors[g] = d * static_cast<float>(factor);
        offsets[g] = -(dmin * static_cast<float>(minimum));
    }
};

void q4_k(const uint8_t* block, float* to) {
    const SixBitScales scales(block);
    int8_t elements[256];
    for (int part = 0; part < 4; ++part) unpack_nibbles<32>(block + 16 + 32 * part, elements + 64 * part);
    scale<8, 32>(elements, scales.factors, scales.offsets, to);
}

void q5_k(const uint8_t* block, float* to) {
    const SixBitScales scales(block);
    int8_t elements[256];
    for (int part = 0; part < 4; ++part) unpack_nibbles<32>(block + 48 + 32 * part, elements + 64 * part);
    for (int bit = 0; bit < 8; ++bit) add_bits(block + 16, bit, 1, 4, elements + 32 * bit);
    scale<8, 32>(elements, scales.factors, scales.offsets, to);
}

void q6_k(const uint8_t* block, float* to) {
    const uint8_t *low = block, *high = block + 128, *scales = block + 192;
    const float d = half_at(block + 208);
    float factors[16];
    for (int g = 0; g < 16; ++g) factors[g] = d * static_cast<float>(static_cast<int8_t>(scales[g]));
    int8_t elements[256];
    for (int half = 0; half < 2; ++half) {
        unpack_nibbles<64>(low + 64 * half, elements + 128 * half);
        for (int pair = 0; pair < 4; ++pair)
            add_bits(high + 32 * half, 2 * pair, 2, 4, elements + 128 * half + 32 * pair);
    }
    subtract<256>(32, elements);
    scale<16, 16>(elements, factors, to);
}

void iq4_nl(const uint8_t* block, float* to) {
    int8_t elements[32];
    unpack_nibbles<16>(block + 2, elements);
    look_up_steps(elements);
    const float factor = half_at(block);
    scale<1, 32>(elements, &factor, to);
}

void iq4_xs(const uint8_t* block, float* to) {
    const float d = half_at(block);
    const uint16_t high = word_at(block + 2);
    for (int g = 0; g < 8; ++g) {
        const int low = block[4 + g / 2] >> (4 * (g % 2)) & 15;
        const float factor = d * static_cast<float>((low | (high >> (2 * g) & 3) << 4) - 32);
        int8_t elements[32];
        unpack_nibbles<16>(block + 8 + 16 * g, elements);
        look_up_steps(elements);
        scale<1, 32>(elements, &factor, to + 32 * g);
    }
}

struct QuantisedType {
    Dtype dtype;
    void (*one_block)(const uint8_t* block, float* to);
};
constexpr QuantisedType quantised_types[] = {{Dtype::Q4_0, q4_0}, {Dtype::Q4_1, q4_1},     {Dtype::Q5_0, q5_0},
                                             {Dtype::Q5_1, q5_1}, {Dtype::Q8_0, q8_0},     {Dtype::Q2_K, q2_k},
                                             {Dtype::Q3_K, q3_k}, {Dtype::Q4_K, q4_k},     {Dtype::Q5_K, q5_k},
                                             {Dtype::Q6_K, q6_k}, {Dtype::IQ4_NL, iq4_nl}, {Dtype::IQ4_XS, iq4_xs}};

}  // namespace

void dequantise(Dtype dtype, std::string_view blocks, float* numbers) {
    const auto [elements, bytes] = block_of(dtype);
    for (const QuantisedType& type : quantised_types) {
        if (type.dtype != dtype) continue;
        const auto* const first = reinterpret_cast<const uint8_t*>(blocks.data());
        for (size_t b = 0; b < blocks.size() / bytes; ++b) type.one_block(first + b * bytes, numbers + b * elements);
    }
}

}  // namespace fanlight
