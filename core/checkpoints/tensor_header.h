#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "core/base/sentence.h"
#include "core/checkpoints/tensor_entry.h"

// What the headers of tensor files are checked for, in any format.
namespace fanlight {

inline constexpr size_t max_header_entries = 250'000;  ///< tensors, or metadata entries
inline constexpr size_t max_tensor_dimensions = 16;
inline constexpr size_t max_tensor_name_bytes = 1024;

/// Throws the Error that says what is wrong with a header: "has a name longer than 1024 bytes".
using RefuseHeader = std::function<void(const Sentence& reason)>;

/// The bytes of a tensor: the only place where a size is computed, whatever it is needed for. Refuses sizes that
/// overflow, and elements that do not fill their blocks.
uint64_t byte_size(Dtype dtype, const std::vector<int64_t>& shape, const RefuseHeader& refuse);

/// Refuses names that are long or have control characters.
void check_tensor_name(std::string_view name, const RefuseHeader& refuse);

}  // namespace fanlight
