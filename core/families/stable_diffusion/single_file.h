#pragma once

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// The file has a part of Stable Diffusion 1.x or 2.x under its original names, as ComfyUI and AUTOMATIC1111 keep
/// models.
bool holds_stable_diffusion(const TensorEntries& tensors);

/// Such a file as the diffusers folder that StableDiffusionPipeline.from_single_file() makes of it. It brings no
/// configuration: that follows from the tensors' names and shapes and from which version it is. Throws Error naming
/// what the file lacks.
FileContents read_stable_diffusion(const CheckpointSource& file);

}  // namespace fanlight
