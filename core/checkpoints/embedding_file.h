#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/tensor_entry.h"

namespace fanlight {

/// The most vectors of an embedding: it must fit between the begin and the end of what CLIP reads at a time.
constexpr int64_t max_embedding_vectors = 75;

/// A textual inversion embedding (Gal et al. 2022) in one .safetensors file: vectors of one text encoder, under any
/// name (diffusers' "<cat-toy>", A1111's and kohya's "emb_params"), or as many of Stable Diffusion XL's two ("clip_l"
/// and "clip_g"). Nothing is copied.
class EmbeddingFile {
public:
    /// Reads all of it. Throws Error naming the file, and what it is or which tensor is wrong: of shapes, types
    /// (float16, bfloat16, float32) and numbers that are not finite.
    explicit EmbeddingFile(const std::filesystem::path& path);

    const std::shared_ptr<const MappedFile>& file() const { return file_; }

    /// How many tokens it stands for; from 1 to max_embedding_vectors.
    int64_t vectors() const { return vectors_; }

    /// Its tensors, [vectors, width] each, by their names; the only one is "".
    const TensorEntries& parts() const { return parts_; }

private:
    std::shared_ptr<const MappedFile> file_;
    TensorEntries parts_;
    int64_t vectors_ = 0;
};

}  // namespace fanlight
