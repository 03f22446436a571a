#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// How one format of tensor files is read. `bytes`, the whole file, outlives what is made of it; `path` is for
/// messages. Both throw Error naming file, fault and remedy.
struct TensorFormat {
    std::string_view name;
    /// By the first bytes of the file.
    bool (*recognises)(std::string_view bytes);
    TensorEntries (*tensors)(std::string_view bytes, const std::string& path);
    /// What the file says of itself under a key; empty without it.
    std::string (*metadata)(std::string_view bytes, const std::string& path, const std::string& key);
};

/// Where tensors come from: a file of any format that is known, mapped, with its header read. Which format it is, its
/// first bytes say; another format is one more row in the table of tensor_source.cpp. Any thread.
class TensorSource {
public:
    /// Throws Error naming the file: what it is or what is wrong in it, and what to do.
    explicit TensorSource(const std::filesystem::path& path);

    /// Holds the bytes of the tensors.
    const std::shared_ptr<const MappedFile>& file() const { return file_; }
    const TensorEntries& tensors() const { return tensors_; }
    std::string_view format() const { return format_->name; }
    /// What the file says of itself under a key; empty without it.
    std::string metadata(const std::string& key) const;

private:
    std::shared_ptr<const MappedFile> file_;
    const TensorFormat* format_;
    TensorEntries tensors_;
};

}  // namespace fanlight
