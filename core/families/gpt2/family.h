#pragma once

#include "core/families/family.h"

namespace fanlight {

/// GPT-2 and models of the same architecture, in transformers folders.
const Family& gpt2();

/// The same with a classifier in place of the language model's head.
const Family& gpt2_classifier();

}  // namespace fanlight
