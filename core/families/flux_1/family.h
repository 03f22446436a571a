#pragma once

#include "core/families/family.h"

namespace fanlight {

/// FLUX.1 dev, schnell and Krea dev (Black Forest Labs 2024): a transformer that reads the prompt in T5's words, and as
/// one vector by CLIP.
const Family& flux_1();

}  // namespace fanlight
