#pragma once

#include <filesystem>
#include <vector>

#include "core/checkpoints/model_files.h"
#include "core/checkpoints/original_names.h"

namespace fanlight {

/// Reads a network to be used in place of the model's component "transformer": diffusers' folder, or a file under
/// diffusers' names or those of the original checkpoints, which ComfyUI's files have, too. Throws Error naming the file,
/// what it is or lacks, and what to choose instead; also if its layers are not those of the model's.
std::vector<OtherComponent> read_given_z_image(const ModelFiles& model, const std::filesystem::path& path);

/// What modules were in original checkpoints. `network`: the config.
OriginalNames original_z_image_names(const Json& network);

}  // namespace fanlight
