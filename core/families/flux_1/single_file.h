#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// Files that hold the network, under diffusers' names or those of Black Forest Labs, as ComfyUI and GGUF have it;
/// alone, or with text encoders and VAE in ComfyUI's names.
bool holds_flux_1(const TensorEntries& tensors);

/// The network, what else the file has, and what is usual for the rest, which is to be taken from elsewhere. Throws
/// Error naming a missing or impossible tensor, or what is made for other work.
FileContents read_flux_1(const CheckpointSource& file);

/// The first of the names that tells of Krea dev, whose network needs more guidance than the one that it was made of.
std::optional<std::string> called_krea(const std::vector<std::string>& names);
Sentence taken_to_be_krea(const std::string& name);

}  // namespace fanlight
