#pragma once

#include <string_view>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// The numbers of whole blocks of a quantised type, computed in float32 and in the order of operations of the reference
/// (ggml-org/llama.cpp, gguf-py/gguf/quants.py), so that every bit is the same on any machine. `numbers` has room for
/// all elements of the blocks. Any thread.
void dequantise(Dtype dtype, std::string_view blocks, float* numbers);

}  // namespace fanlight
