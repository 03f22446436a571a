#pragma once

#include "core/families/family.h"

namespace fanlight {

/// GPT-2 and models of the same architecture, in transformers folders.
const Family& gpt2();

}  // namespace fanlight
