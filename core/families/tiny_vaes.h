#pragma once

#include <string>

#include "core/families/family.h"

namespace fanlight {

/// What the tiny autoencoder (TAESD, by Ollin Boer Bohan) for latents of the family's models is called wherever it is
/// kept; "": there is none.
std::string tiny_vae_name(const Family& family);

}  // namespace fanlight
