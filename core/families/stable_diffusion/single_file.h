#pragma once

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// Whether the file contains a part of Stable Diffusion 1.x or 2.x under its original names, as in files for ComfyUI
/// and AUTOMATIC1111.
bool holds_stable_diffusion(const TensorEntries& tensors);

/// Reads such a file as the diffusers folder that StableDiffusionPipeline.from_single_file() would make of it. The
/// configuration, which the file does not contain, follows from the tensors' names and shapes and from the version.
/// Throws Error naming what is missing.
FileContents read_stable_diffusion(const CheckpointSource& file);

}  // namespace fanlight
