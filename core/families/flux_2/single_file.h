#pragma once

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// Files that hold the network alone, under diffusers' names or those of Black Forest Labs, as ComfyUI and GGUF have
/// it.
bool holds_flux_2(const TensorEntries& tensors);

/// The network, and what is usual for all else: the text encoder and the VAE are to be taken from elsewhere. Whether it
/// is distilled is told by the file's metadata or its name. Throws Error naming a missing or impossible tensor.
FileContents read_flux_2(const CheckpointSource& file);

}  // namespace fanlight
