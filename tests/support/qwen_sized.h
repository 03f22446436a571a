#pragma once

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/support/tensors_file.h"

namespace fanlight {

/// k * 2^exponent in float16, for |k| up to 1024.
inline uint16_t half_of(int k, int exponent) {
    if (k == 0) return 0;
    const auto size = static_cast<uint32_t>(std::abs(k));
    const int top = std::bit_width(size) - 1;
    return static_cast<uint16_t>((k < 0 ? 0x8000u : 0u) | static_cast<uint32_t>(top + exponent + 15) << 10 |
                                 ((size << (10 - top)) & 0x3ffu));
}

/// A vocabulary's matrix as z_image_files.py has it, times 2^exponent.
inline FileTensor sized_embedding(const std::string& name, int64_t rows, int64_t width, int exponent) {
    FileTensor matrix{name, "F16", {rows, width}, {}};
    matrix.bytes.reserve(static_cast<size_t>(rows * width) * 2);
    for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < width; ++column) {
            const uint16_t half = half_of(static_cast<int>((row * 131 + column * 71) % 257) - 128, exponent - 11);
            matrix.bytes += {static_cast<char>(half & 255), static_cast<char>(half >> 8)};
        }
    return matrix;
}

/// Of Qwen's size.
inline FileTensor qwen_sized_embedding(int64_t width, int exponent = 0) {
    return sized_embedding("model.embed_tokens.weight", 151'936, width, exponent);
}

/// Of T5's.
inline FileTensor t5_sized_embedding(int64_t width, int exponent) {
    return sized_embedding("shared.weight", 32'128, width, exponent);
}

}  // namespace fanlight
