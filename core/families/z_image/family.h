#pragma once

#include "core/families/family.h"

namespace fanlight {

/// Z-Image and Z-Image Turbo (Cai et al. 2025): a transformer that reads the prompt in Qwen3's words.
const Family& z_image();

}  // namespace fanlight
