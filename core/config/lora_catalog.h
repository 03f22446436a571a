#pragma once

#include <string>

#include "core/batch/request.h"

namespace fanlight {

/// "FILE" or "FILE:WEIGHT", where FILE is a .safetensors file or the name of one in loras_folder(), with or without its
/// ending; the weight is 1 where none is given. Reads the file, for its hashes and to refuse early what is no LoRA.
/// Throws UsageError saying where was looked, or what a weight must be; Error naming the file and what it is.
Lora find_lora(const std::string& text);

}  // namespace fanlight
