#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// A value of a GGUF file's metadata, as it stands in the file: nothing is copied until it is asked for.
struct GgufValue {
    std::optional<Dtype> dtype;  ///< of its numbers; nullopt: it consists of text
    bool is_list = false;
    uint64_t count = 1;      ///< of elements
    std::string_view bytes;  ///< within the file: numbers, or texts with 8 bytes of length before each

    // nullopt: it is no such value.
    std::optional<std::string_view> text() const;
    std::optional<double> number() const;
    std::optional<std::vector<std::string_view>> texts() const;  ///< of a list
    std::optional<std::vector<double>> numbers() const;          ///< of a list
};

/// By key: "general.architecture".
using GgufMetadata = std::map<std::string, GgufValue, std::less<>>;

/// Reads the header of a GGUF file (format: ggml-org/ggml, docs/gguf.md), of version 2 or 3, little endian: metadata,
/// descriptions of the tensors, aligned data. Shapes are given as everywhere, rows first; if the metadata tells of an
/// original shape ("comfy.gguf.orig_shape.NAME"), that one. Refuses counts, lengths and offsets beyond the file, sizes
/// that overflow, rows that do not fill their blocks, types that cannot be read, names or keys that occur twice, are
/// long or no UTF-8, alignments that are no power of two, lists of lists, tensors that overlap or leave gaps, trailing
/// bytes, and parts of a model that is split into several files.
///
/// `file`, the whole file, must outlive the result; `path` is for messages. Throws Error naming file, place and remedy.
TensorEntries read_gguf(std::string_view file, const std::string& path);

/// All metadata of the same file, with the same checks of it.
GgufMetadata gguf_metadata(std::string_view file, const std::string& path);

/// The text under one key; empty if there is none.
std::string gguf_text(std::string_view file, const std::string& path, const std::string& key);

}  // namespace fanlight
