#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/batch/text_task.h"
#include "core/text/text_tokenizer.h"

namespace fanlight {

/// What a model can read.
struct TextLimits {
    int64_t vocabulary = 1, context = 1;  ///< tokens
    std::optional<int64_t> begin_id;      ///< what an empty prompt is read as
};

/// The task's prompt as ids, with the special tokens that the tokenizer puts around a text. If it is to be truncated,
/// the text loses tokens until the new ones fit in the context as well, and the special tokens stay. Throws Error if it
/// is longer than the context, or the model does not know a token.
std::vector<int64_t> prompt_ids(const TextTask& task, const TextTokenizer& tokenizer, const TextLimits& limits);

}  // namespace fanlight
