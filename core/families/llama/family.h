#pragma once

#include "core/families/family.h"

namespace fanlight {

/// Llama 2 and 3 and the models of LlamaKind, in transformers folders.
const Family& llama();

/// The same with a classifier in place of the language model's head.
const Family& llama_classifier();

}  // namespace fanlight
