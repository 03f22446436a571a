#include "core/families/prompt_layouts.h"

#include "core/batch/image_task.h"
#include "core/batch/prompt_syntax.h"
#include "core/families/families.h"
#include "core/families/parts/clip_chunks.h"

namespace fanlight {

namespace {

constexpr int64_t fewest_tokens = 24;  ///< no model's text encoder reads fewer at a time

/// Whether no tokenizer is needed to know that it is literal: an added row should not have to wait for a vocabulary.
bool is_surely_literal(const ImageTask& image) {
    const auto is_short = [&](const std::string& prompt) {
        return is_plain(prompt, image.emphasis, image.steps) && surely_fits(prompt, fewest_tokens);
    };
    return is_short(image.prompt) && is_short(image.negative_text());
}

}  // namespace

const ClipTokenizer* PromptLayouts::clip() {
    if (!is_opened_) tokenizer_ = open_tokenizer(model_);
    is_opened_ = true;
    return dynamic_cast<const ClipTokenizer*>(tokenizer_.get());
}

void PromptLayouts::set(Task& task, const std::string& where) {
    if (!task.is<ImageTask>()) return;
    ImageTask& image = task.edit<ImageTask>();
    image.layout = {};
    if (const ClipTokenizer* tokenizer = is_surely_literal(image) ? nullptr : clip())
        lay_out(*tokenizer, image, where);
    else
        image.emphasis = Emphasis::Literal;
}

}  // namespace fanlight
