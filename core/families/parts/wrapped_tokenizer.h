#pragma once

#include <memory>
#include <string>

#include "core/checkpoints/model_files.h"
#include "core/text/text_tokenizer.h"
#include "core/text/tokenizer.h"

namespace fanlight {

/// What a picture model's language model reads around each prompt, as its pipeline's chat template puts it there.
struct PromptWrap {
    std::string before = {}, after = {};
    int64_t max_length = 512;  ///< tokens, what is around the prompt included; what is over is cut at the end
    bool keeps_end = false;    ///< it is cut before what is around an empty prompt, such as the end of the text
    std::string padding = "<|endoftext|>";  ///< what a tokenizer's config without a "pad_token" means
};

/// A language model's tokenizer for prompts of pictures. Special tokens that stand in a prompt are read as such. Pads
/// on the right.
class WrappedTokenizer : public Tokenizer {
public:
    WrappedTokenizer(TextTokenizer tokenizer, PromptWrap wrap, int64_t pad_id);

    Encoded encode(std::string_view text) const override;
    int64_t max_length() const override { return wrap_.max_length; }
    int64_t room() const override { return wrap_.max_length - around_; }

private:
    std::vector<int64_t> wrapped(std::string_view text) const;

    const TextTokenizer tokenizer_;
    const PromptWrap wrap_;
    const int64_t pad_id_, around_;  ///< the latter: tokens of the wrap alone
};

/// The component of a model's folder, or for a single file the one that is shipped (shipped_tokenizers.h). Throws Error
/// naming the file, or the padding token that the vocabulary lacks.
std::unique_ptr<Tokenizer> open_wrapped_tokenizer(const ModelFiles& model, const std::string& component,
                                                  PromptWrap wrap, TextTokenizer (*shipped)());

}  // namespace fanlight
