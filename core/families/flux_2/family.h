#pragma once

#include "core/families/family.h"

namespace fanlight {

/// FLUX.2 klein, distilled and base (Black Forest Labs 2026): a transformer that reads the prompt in Qwen3's words.
const Family& flux_2();

}  // namespace fanlight
