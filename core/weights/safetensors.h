#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// One tensor of a .safetensors file.
struct TensorEntry {
    std::string dtype;           ///< the format's name: "F32", "BF16", …
    std::vector<int64_t> shape;  ///< empty: a scalar
    std::string_view bytes;      ///< within the file, little endian, row-major
};

/// Reads the header of a .safetensors file (format: huggingface/safetensors, README) and checks everything that the
/// reference reader checks: header length, UTF-8 JSON, known dtypes, offsets that cover the data without gap or overlap,
/// shape times element size equal to the span, nothing missing and nothing left over; and beyond it: duplicate names, caps
/// on names, tensors and dimensions. `file` must outlive the result. Throws Error "NAME: …".
std::map<std::string, TensorEntry> read_safetensors(std::string_view file, const std::string& name);

}  // namespace fanlight
