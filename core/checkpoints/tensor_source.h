#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// How to read one format of tensor files. `bytes`, the whole file, must outlive the entries; `path` is for messages.
/// tensors() and metadata() throw Error naming file, fault and remedy.
struct TensorFormat {
    std::string_view name;
    /// By the first bytes of the file.
    bool (*recognises)(std::string_view bytes);
    TensorEntries (*tensors)(std::string_view bytes, const std::string& path);
    /// The file's metadata under a key; empty if it is missing, or no text.
    std::string (*metadata)(std::string_view bytes, const std::string& path, const std::string& key);
};

/// A mapped file of tensors, in any known format, whose header has been read. The format is recognised by the first
/// bytes; a new format is a new row of the table in tensor_source.cpp. Any thread.
class TensorSource {
public:
    /// Throws Error naming file, fault and remedy.
    explicit TensorSource(const std::filesystem::path& path);

    /// Contains the bytes of the tensors.
    const std::shared_ptr<const MappedFile>& file() const { return file_; }
    /// With their scales, which are no tensors of their own.
    const TensorEntries& tensors() const { return tensors_; }
    std::string_view format() const { return format_->name; }
    /// The file's metadata under a key; empty if it is missing, or no text (see gguf_metadata() for numbers and lists).
    std::string metadata(const std::string& key) const;

private:
    std::shared_ptr<const MappedFile> file_;
    const TensorFormat* format_;
    TensorEntries tensors_;
};

}  // namespace fanlight
