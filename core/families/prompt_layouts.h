#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/place.h"
#include "core/batch/image_task.h"
#include "core/batch/task.h"
#include "core/families/parts/clip_tokenizer.h"

namespace fanlight {

/// Finds out, when a run is planned, how prompts fit into the text encoder of its model. The tokenizer is only opened
/// if one has to know. One thread.
class PromptLayouts {
public:
    /// Prompts may call `embeddings`, if there are any.
    explicit PromptLayouts(std::filesystem::path model, std::shared_ptr<PromptEmbeddings> embeddings = nullptr)
        : model_(std::move(model)), embeddings_(std::move(embeddings)) {}

    /// Of a picture; other tasks stay as they are. Where prompts are not read in chunks by CLIP, they are literal.
    /// Throws UsageError, beginning with `where`, also if a called embedding cannot be used; Error like
    /// open_tokenizer().
    void set(Task& task, const Place& where);

private:
    const ClipTokenizer* clip();

    bool is_surely_literal(const ImageTask& image) const;

    const std::filesystem::path model_;
    const std::shared_ptr<PromptEmbeddings> embeddings_;  ///< null: there are none
    bool is_opened_ = false;
    std::unique_ptr<Tokenizer> tokenizer_;
};

}  // namespace fanlight
