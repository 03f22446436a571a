#pragma once

#include "core/text/text_tokenizer.h"

namespace fanlight {

// The tokenizers of text encoders, for models whose files have none: single files never do. Their vocabularies ship
// with the program (resources/vocabularies). Each is built once; any thread.

/// Of Qwen2, 2.5 and 3: 151,669 tokens, pads with "<|endoftext|>".
TextTokenizer qwen_tokenizer();

/// Of T5 and T5 v1.1, as its tokenizer.json stands: 32,100 tokens, ends a text with "</s>" and pads with "<pad>".
TextTokenizer t5_tokenizer();

}  // namespace fanlight
