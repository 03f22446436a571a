#pragma once

#include <string>
#include <string_view>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

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
