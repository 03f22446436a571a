#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// The element types of the format, by the names in its header.
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
    U64
};
// NOLINTEND(readability-identifier-naming)

/// "F32".
std::string_view name_of(Dtype dtype);

/// One tensor of a .safetensors file.
struct TensorEntry {
    Dtype dtype = Dtype::F32;
    std::vector<int64_t> shape;  ///< empty: a scalar
    std::string_view bytes;      ///< in the file; little endian, row-major, at any alignment
};

using TensorEntries = std::map<std::string, TensorEntry>;

/// Reads the header of a .safetensors file: 8 bytes of length, JSON, data (format: huggingface/safetensors, README).
/// Refuses what the reference implementation refuses: a header above 100,000,000 bytes or beyond the file, invalid
/// UTF-8 or JSON, unknown dtypes, offsets that do not cover the data exactly once, sizes that overflow or do not match
/// the shape, truncated files and trailing bytes; in addition: duplicate names, keys and fields, unknown fields, NUL
/// bytes, control characters, and names, tensors or dimensions beyond fixed limits. Blanks around the JSON are
/// accepted.
///
/// `file`, the whole file, must outlive the result; `path` is for messages. Throws Error naming file, tensor and
/// remedy.
TensorEntries read_safetensors(std::string_view file, const std::string& path);

/// One entry of the header's __metadata__; empty if it is missing. Throws Error as above if the header is invalid.
std::string safetensors_metadata(std::string_view file, const std::string& path, const std::string& key);

}  // namespace fanlight
