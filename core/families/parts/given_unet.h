#pragma once

#include <filesystem>
#include <vector>

#include "core/checkpoints/model_files.h"

namespace fanlight {

/// Reads a UNet to be used in place of the model's own: diffusers' folder of a UNet2DConditionModel, or a file of one
/// under diffusers' or its original names, as distillations and ComfyUI's diffusion models come; a whole checkpoint is
/// one, too. A folder's config.json says what its layers are; those of a file are the model's own, perhaps with an
/// input for the guidance scale besides (Luo et al. 2023, LCM). Throws Error naming the file, what it is or lacks, and
/// what to choose instead; also if it reads other texts or draws other latents than the model's.
std::vector<OtherComponent> read_given_unet(const ModelFiles& model, const std::filesystem::path& path);

}  // namespace fanlight
