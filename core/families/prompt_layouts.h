#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/place.h"
#include "core/batch/task.h"
#include "core/families/parts/clip_tokenizer.h"

namespace fanlight {

/// Finds out, when a run is planned, how prompts fit into the text encoder of its model. The tokenizer is only opened
/// if one has to know. One thread.
class PromptLayouts {
public:
    explicit PromptLayouts(std::filesystem::path model) : model_(std::move(model)) {}

    /// Of a picture; other tasks stay as they are. Where prompts are not read in chunks by CLIP, they are literal.
    /// Throws UsageError, beginning with `where`; Error like open_tokenizer().
    void set(Task& task, const Place& where);

private:
    const ClipTokenizer* clip();

    const std::filesystem::path model_;
    bool is_opened_ = false;
    std::unique_ptr<Tokenizer> tokenizer_;
};

}  // namespace fanlight
