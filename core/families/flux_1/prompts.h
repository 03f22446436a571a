#pragma once

#include "core/families/parts/clip_encoder.h"
#include "core/families/parts/wrapped_tokenizer.h"

namespace fanlight {

/// What T5 reads of each prompt. Nothing is around it but the end of the text, which stays where a prompt is cut.
inline PromptWrap flux_1_wrap() { return {.max_length = 512, .keeps_end = true, .padding = "<pad>"}; }

/// The text encoder that reads each prompt as one vector, without a projection.
inline ClipEncoder flux_1_clip() {
    return {.component = "text_encoder", .tokenizer = "tokenizer", .pools = true, .projects = false};
}

}  // namespace fanlight
