#pragma once

#include "core/families/family.h"

namespace fanlight {

/// Llama 2 and 3 and the models of LlamaKind, in transformers folders.
const Family& llama();

}  // namespace fanlight
