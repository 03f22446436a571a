#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/batch/classify_task.h"
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

}  // namespace fanlight
