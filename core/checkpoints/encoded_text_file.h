#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// What a text encoder has made of a text, as a file: a line of JSON with its key, dtype, shape and the SHA-256 of its
/// numbers, which follow it, little endian and row by row.
struct EncodedText {
    Dtype dtype = Dtype::F32;
    std::vector<int64_t> shape;
    std::string_view bytes;  ///< of the numbers
};

/// `key`: 64 hex digits that stand for the text and all else that the numbers depend on.
std::string encoded_text_file(const std::string& key, const EncodedText& text);

/// Reads a file that may be anything. nullopt: it is damaged, or is not this key's. Its bytes are within `file`.
std::optional<EncodedText> read_encoded_text(std::string_view file, const std::string& key);

}  // namespace fanlight
