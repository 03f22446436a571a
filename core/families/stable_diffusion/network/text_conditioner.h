#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/batch/image_task.h"
#include "core/layers/conditioning.h"
#include "core/models/clip_text_model.h"
#include "core/pipelines/embedding_cache.h"
#include "core/text/tokenizer.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// Turns prompts into the UNet's conditioning, with the component "text_encoder". One thread.
class TextConditioner {
public:
    /// `context_dim`: the width of the text that the UNet attends to. Throws Error naming the file or the unsupported
    /// value.
    TextConditioner(const ModelFolder& folder, const Weights::Placement& placement, int64_t context_dim);

    /// [B] rows; if guided [2B], the negative prompts first.
    Conditioning conditioning_of(const std::vector<ImageTask>& batch, bool guided);

private:
    at::Tensor embed(const std::string& text, int clip_skip);

    const at::Device device_;
    const int64_t context_dim_;
    std::unique_ptr<Tokenizer> tokenizer_;
    CLIPTextModel text_encoder_;
    EmbeddingCache embeddings_;
};

}  // namespace fanlight
