#pragma once

#include <filesystem>
#include <vector>

#include "core/checkpoints/model_files.h"

namespace fanlight {

/// Reads a decoder of pictures to be used in place of the model's component "vae": diffusers' folder of an
/// AutoencoderKL, an AutoencoderKLFlux2 or an AutoencoderTiny (TAESD), or a file of one under diffusers' or its
/// original names; a whole checkpoint of Stable Diffusion is one, too. Its config is the folder's or follows from names
/// and shapes; what no shape shows, such as the scaling factor, is the model's own. Throws Error naming the file, what
/// it is or lacks, and what to choose instead; also if it decodes other latents than the model's.
std::vector<OtherComponent> read_given_vae(const ModelFiles& model, const std::filesystem::path& path);

/// Throws Error, naming the other model, unless its VAE decodes the same latents as this model's.
void check_same_latents(const ModelFiles& other, const ModelFiles& model);

}  // namespace fanlight
