#pragma once

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// A network that denoises, as its tensors' names tell it: GGUF files of several architectures call themselves alike.
struct NamedNetwork {
    const char* key;    ///< a tensor that it has, below one of the usual prefixes
    const char* title;  ///< "FLUX.1", "Wan"
    bool is_supported = false;
};

/// nullptr: none whose name is known. What others were built on comes after them.
const NamedNetwork* named_network(const TensorEntries& tensors);

}  // namespace fanlight
