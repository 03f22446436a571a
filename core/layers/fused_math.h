#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

// What kernels of our own are made of.

// One source for every instruction set; the loader picks the widest that the machine supports.
#ifdef __x86_64__
#define FANLIGHT_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FANLIGHT_SIMD
#endif

namespace fanlight {

// The loops below are vectorised only if they have no branches, and comparing floats counts as one, since it may trap.
// So signs and limits are handled as integers.
inline int32_t bits_of(float x) { return std::bit_cast<int32_t>(x); }

inline float by_sign(float x, float if_negative, float if_positive) {
    const int32_t mask = bits_of(x) >> 31;
    return std::bit_cast<float>((bits_of(if_negative) & mask) | (bits_of(if_positive) & ~mask));
}

/// e^-a for a >= 0, to 2 units in the last place (reduction and polynomial of Cephes' expf); e^-87 if a > 87.
inline float exp_of_minus(float a) {
    const float x = -std::bit_cast<float>(std::min(bits_of(a), bits_of(87.0f)));
    constexpr float round = 12582912.0f;  // 1.5 * 2^23: adding it leaves an integer in the low bits
    const float shifted = x * 1.44269504f + round, n = shifted - round;
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return (p * r * r + r + 1.0f) * std::bit_cast<float>((bits_of(shifted) - bits_of(round) + 127) << 23);
}

/// x / (1 + e^-y)
inline float gated_by_sigmoid(float x, float y) {
    const float e = exp_of_minus(std::abs(y));
    return x * by_sign(y, e, 1.0f) / (1.0f + e);
}

inline float silu_of(float x) { return gated_by_sigmoid(x, x); }

/// x (1 + tanh(z)) / 2, where z = sqrt(2 / pi) (x + 0.044715 x³)
inline float gelu_tanh_of(float x) { return gated_by_sigmoid(x, 1.59576912f * (x + 0.044715f * x * x * x)); }

}  // namespace fanlight
