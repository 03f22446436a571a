#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// The data types of checkpoints, in any file format; LibTorch lacks some of them. Types whose elements do not fill
/// whole bytes, or share a scale, come in blocks; those from Q4_0 on are GGUF's (see core/checkpoints/dequantise.h).
// NOLINTBEGIN(readability-identifier-naming)
enum class Dtype {
    BOOL,
    F4,
    F6_E2M3,
    F6_E3M2,
    U8,
    I8,
    F8_E5M2,
    F8_E4M3,
    F8_E5M2FNUZ,
    F8_E4M3FNUZ,
    F8_E8M0,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    C64,
    F64,
    I64,
    U64,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    IQ4_NL,
    IQ4_XS
};
// NOLINTEND(readability-identifier-naming)

/// "F32".
std::string_view name_of(Dtype dtype);
std::optional<Dtype> dtype_named(std::string_view name);

/// The smallest number of elements that fills whole bytes, and the number of those bytes.
struct DtypeBlock {
    uint64_t elements, bytes;
};
DtypeBlock block_of(Dtype dtype);

/// Whether its elements are few bits that only the scales of their block make numbers of.
bool is_quantised(Dtype dtype);
/// Whether weights of it can stay packed in memory: they are quantised, or floating-point numbers of 8 bits.
bool is_packed(Dtype dtype);
/// Whether its elements are floating-point numbers of a weight, which can be computed with; also quantised ones.
bool is_floating(Dtype dtype);

/// One tensor of a file.
struct TensorEntry {
    Dtype dtype = Dtype::F32;
    std::vector<int64_t> shape;   ///< in elements; empty: a scalar
    bool transposed = false;      ///< a matrix that is stored column by column
    bool halves_swapped = false;  ///< the second half of its rows is stored first
    std::string_view bytes;       ///< within the file; little endian, row-major, at any alignment
    /// What its numbers are multiplied by (see core/checkpoints/number_scales.h), in the same file; nullptr: nothing.
    std::shared_ptr<const TensorEntry> scale = {};
};

using TensorEntries = std::map<std::string, TensorEntry>;

}  // namespace fanlight
