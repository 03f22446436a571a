#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/families/parts/clip_chunks.h"
#include "core/families/parts/clip_encoder.h"
#include "core/models/clip_text_model.h"
#include "core/pipelines/batch_texts.h"
#include "core/pipelines/embedding_cache.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// One of CLIP's text encoders with its tokenizer. What it has read is kept in a cache that readers may share. One
/// thread.
class ClipReader {
public:
    /// `brief`: the encoder is loaded when it has something to read, and not before (see leave()). Throws Error naming
    /// the file or the unsupported value.
    ClipReader(const ModelFolder& folder, const Weights::Placement& placement, const ClipEncoder& encoder,
               bool brief = false);

    const ClipTokenizer& tokenizer() const { return tokenizer_; }

    /// The whole text, in one chunk if it is literal, else in as many as it takes. As one vector, if the encoder pools,
    /// it is the first chunk, as in A1111 and ComfyUI.
    ClipText read(const RowText& text, EmbeddingCache& cache) const;

    /// The hidden states, and behind them as many of an empty text's chunks as make so many tokens.
    at::Tensor filled_up(const at::Tensor& hidden, int64_t tokens, int clip_skip, EmbeddingCache& cache) const;

    /// Takes the encoder off its device, until there is something to read again.
    void leave() const { model_.reset(); }

private:
    const CLIPTextModel& model() const;
    ClipText read_literal(const RowText& text, EmbeddingCache& cache) const;
    ClipText read_chunk(const ClipChunk& chunk, const RowText& text, bool pools, EmbeddingCache& cache) const;
    ClipText encode(const std::vector<int64_t>& ids, const std::vector<int64_t>& mask, int clip_skip,
                    std::optional<int64_t> pooled_at) const;

    ClipEncoder encoder_;
    std::shared_ptr<Tokenizer> owned_tokenizer_;
    const ClipTokenizer& tokenizer_;
    std::function<CLIPTextModel()> load_;
    mutable std::optional<CLIPTextModel> model_;  ///< unset: it has left
    at::Device device_;
};

}  // namespace fanlight
