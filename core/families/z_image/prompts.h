#pragma once

#include "core/families/parts/wrapped_tokenizer.h"

namespace fanlight {

/// The user's turn, and the beginning of the assistant's: Qwen3's template with thinking on.
inline PromptWrap z_image_wrap() {
    return {.before = "<|im_start|>user\n", .after = "<|im_end|>\n<|im_start|>assistant\n", .max_length = 512};
}

/// Tokens of a caption in forecasts.
inline constexpr int64_t z_image_usual_caption = 128;

}  // namespace fanlight
