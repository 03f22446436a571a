#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/families/parts/clip_chunks.h"
#include "core/families/stable_diffusion/network/batch_texts.h"
#include "core/layers/conditioning.h"
#include "core/models/clip_text_model.h"
#include "core/pipelines/embedding_cache.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// Turns texts into the UNet's conditioning, with the component "text_encoder". One thread.
class TextConditioner {
public:
    /// `context_dim`: the width of the text that the UNet attends to. Throws Error naming the file or the unsupported
    /// value.
    TextConditioner(const ModelFolder& folder, const Weights::Placement& placement, int64_t context_dim);

    /// Throws Error if its prompts do not have the chunks that its layout tells of: it would share a micro-batch with
    /// others than its plan says.
    void check(const ImageTask& image) const;

    /// A row for each text. Shorter ones are masked, which leaves a row what it would be by itself.
    Conditioning conditioning_of(const std::vector<RowText>& texts);

private:
    at::Tensor embed(const RowText& text);
    at::Tensor embed_literal(const RowText& text);
    at::Tensor embed_chunk(const ClipChunk& chunk, Emphasis emphasis, int clip_skip);
    /// [1, ids, width]
    at::Tensor encode(const std::vector<int64_t>& ids, const std::vector<int64_t>& mask, int clip_skip) const;

    const at::Device device_;
    const int64_t context_dim_;
    const std::unique_ptr<Tokenizer> owned_tokenizer_;
    const ClipTokenizer& tokenizer_;
    CLIPTextModel text_encoder_;
    EmbeddingCache embeddings_;
};

}  // namespace fanlight
