#pragma once

#include <cstdint>
#include <vector>

#include "core/families/parts/wrapped_tokenizer.h"

namespace fanlight {

/// The user's turn, and the assistant's after it has thought of nothing: Qwen3's template with thinking off.
inline PromptWrap flux_2_wrap() {
    return {.before = "<|im_start|>user\n",
            .after = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
            .max_length = 512};
}

/// The hidden states of Qwen3 that the network sees of each token, end to end.
inline const std::vector<int64_t>& flux_2_states() {
    static const std::vector<int64_t> states = {9, 18, 27};
    return states;
}

}  // namespace fanlight
