#pragma once

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// Whether the file contains the text encoders of Stable Diffusion XL under their original names, or a network that is
/// told what they say.
bool holds_stable_diffusion_xl(const TensorEntries& tensors);

/// Reads such a file as the diffusers folder that StableDiffusionXLPipeline.from_single_file() would make of it. Throws
/// Error naming what is missing.
FileContents read_stable_diffusion_xl(const CheckpointSource& file);

/// Whether the file contains the text encoder of the refiner under its original names.
bool holds_stable_diffusion_xl_refiner(const TensorEntries& tensors);

/// Reads such a file as the diffusers folder that StableDiffusionXLImg2ImgPipeline.from_single_file() would make of it.
/// Throws Error naming what is missing.
FileContents read_stable_diffusion_xl_refiner(const CheckpointSource& file);

}  // namespace fanlight
