#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// The tensors of one checkpoint as its files store them, not yet read. Keeps the files mapped.
struct StoredTensors {
    struct Tensor {
        TensorEntry entry;
        std::shared_ptr<const MappedFile> file;  ///< contains the entry's bytes
    };

    std::string name;  ///< for messages: the file, or the index of the shards
    std::map<std::string, Tensor, std::less<>> tensors;

    /// Throws Error naming both files if a tensor is already present.
    void add(TensorEntries entries, const std::shared_ptr<const MappedFile>& file);
};

/// Opens a weights file (see TensorSource). Throws Error naming file, fault and remedy; pickle files are refused, since
/// loading them runs the code in them.
StoredTensors open_weights_file(const std::filesystem::path& file);

/// Opens the first of these in `folder`: `stem.safetensors`, the shards of `stem.safetensors.index.json`,
/// `stem.fp16.safetensors`, the shards of `stem.safetensors.index.fp16.json`, and the same with bf16 and fp32. Shards
/// must be in the same folder as their index.
StoredTensors open_weights_folder(const std::filesystem::path& folder, const std::string& stem);

}  // namespace fanlight
