#include "core/families/prompt_layouts.h"

#include <algorithm>

#include "core/batch/prompt_syntax.h"
#include "core/families/families.h"
#include "core/families/parts/clip_chunks.h"

namespace fanlight {

namespace {

constexpr int64_t fewest_tokens = 24;  ///< no model's text encoder reads fewer at a time

/// What is wrong with an embedding is wrong with the prompt that calls it.
void set_layout(const ClipTokenizer& tokenizer, PromptEmbeddings* embeddings, ImageTask& image, const Place& where) {
    if (embeddings) embeddings->take_recent();  // of a prompt that has been refused
    try {
        lay_out(tokenizer, image, where);
        if (!embeddings) return;
        PromptLayout layout = image.prompt_layout();
        layout.embeddings = embeddings->take_recent();
        if (!layout.embeddings.empty()) image.layout = Shared(std::move(layout));
    } catch (const UsageError&) {
        throw;
    } catch (const Error& error) {
        throw UsageError("%1: %2", where, sentence_of(error));
    }
}

/// Of the longer prompt, where a language model reads them; beside another text encoder it reads the second ones.
void set_cut(const Tokenizer& tokenizer, ImageTask& image) {
    const auto read = [](const std::string& first, const std::string& second) {
        return second.empty() ? first : second;
    };
    const std::string negative = image.guided() ? read(image.negative_text(), image.negative_prompt_2) : "";
    PromptLayout layout{.read_tokens = static_cast<int>(tokenizer.room())};
    for (const std::string& prompt : {read(image.prompt, image.prompt_2), negative}) {
        const PromptLength length = prompt_length(tokenizer, prompt, Emphasis::Literal, image.steps);
        layout.cut_tokens = std::max(layout.cut_tokens, static_cast<int>(length.cut()));
    }
    if (layout.cut_tokens > 0) image.layout = Shared(std::move(layout));
}

}  // namespace

/// Whether no tokenizer is needed to know that it is literal: an added row should not have to wait for a vocabulary.
bool PromptLayouts::is_surely_literal(const ImageTask& image) const {
    const auto prompts = image.prompts();
    return !embeddings_ && std::all_of(prompts.begin(), prompts.end(), [&](std::string_view prompt) {
        return is_plain(prompt, image.emphasis, image.steps) && surely_fits(prompt, fewest_tokens);
    });
}

const ClipTokenizer* PromptLayouts::clip() {
    if (!is_opened_) tokenizer_ = open_tokenizer(model_);
    is_opened_ = true;
    auto* clip = dynamic_cast<ClipTokenizer*>(tokenizer_.get());
    if (clip && !clip->knows_embeddings()) clip->learn(embeddings_);
    return clip;
}

void PromptLayouts::set(Task& task, const Place& where) {
    if (!task.is<ImageTask>()) return;
    ImageTask& image = task.edit<ImageTask>();
    image.layout = {};
    if (const ClipTokenizer* tokenizer = is_surely_literal(image) ? nullptr : clip()) {
        set_layout(*tokenizer, embeddings_.get(), image, where);
        return;
    }
    image.emphasis = Emphasis::Literal;
    if (tokenizer_) set_cut(*tokenizer_, image);
}

}  // namespace fanlight
