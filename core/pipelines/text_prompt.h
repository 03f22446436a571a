#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/batch/score_task.h"
#include "core/batch/text_task.h"
#include "core/text/text_tokenizer.h"

namespace fanlight {

/// What a model can read.
struct TextLimits {
    int64_t vocabulary = 1, context = 1;  ///< tokens
    std::optional<int64_t> begin_id;      ///< what an empty prompt is read as
};

/// What a model is to read.
struct TextInput {
    std::string text;
    std::string pair = {};       ///< a second text; "": there is none
    std::string truncate = {};   ///< the side that texts longer than the context lose: "left", "right"; "": none
    bool special_tokens = true;  ///< special tokens written in the texts are read as such
    int64_t new_tokens = 0;      ///< for which truncated texts leave room
};

/// As ids with their types, with the special tokens that the tokenizer puts around texts. Where they are to be
/// truncated, texts lose tokens until they fit, of a pair the longer one first (transformers' longest_first), and
/// special tokens stay. Throws Error if they are longer than the context, or the model does not know a token.
Encoding prompt_tokens(const TextInput& input, const TextTokenizer& tokenizer, const TextLimits& limits);

/// The task's prompt as ids.
std::vector<int64_t> prompt_ids(const TextTask& task, const TextTokenizer& tokenizer, const TextLimits& limits);

/// The tokens of a label that continues a prompt after one blank: those that follow the prompt's in what the tokenizer
/// makes of prompt + " " + label, special tokens included. Where that does not begin with the prompt's tokens, since
/// some have merged, they are those of " " + label alone, without special tokens; or those of the label, if the
/// tokenizer itself puts a blank before a text.
std::vector<int64_t> label_ids(const std::string& prompt, const std::string& label, const TextTokenizer& tokenizer,
                               bool special_tokens);

/// A prompt and the labels that may continue it, as ids.
struct LabelledPrompt {
    std::vector<int64_t> prompt;
    std::vector<std::vector<int64_t>> labels;  ///< none is empty
};

/// A truncated prompt leaves room for the longest label. Throws Error if a label has no tokens, prompt and label are
/// longer than the context together, or the model does not know a token.
LabelledPrompt labelled_prompt(const ScoreTask& task, const TextTokenizer& tokenizer, const TextLimits& limits);

}  // namespace fanlight
