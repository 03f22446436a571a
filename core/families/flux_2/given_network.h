#pragma once

#include <filesystem>
#include <vector>

#include "core/checkpoints/model_files.h"
#include "core/checkpoints/original_names.h"

namespace fanlight {

/// Reads a network to be used in place of the model's component "transformer": diffusers' folder, or a file under
/// diffusers' names or those of Black Forest Labs, which ComfyUI's files have, too. Throws Error naming the file, what
/// it is or lacks, and what to choose instead; also if its layers are not those of the model's.
std::vector<OtherComponent> read_given_flux_2(const ModelFiles& model, const std::filesystem::path& path);

/// What modules were in original checkpoints. `network`: the config.
OriginalNames original_flux_2_names(const Json& network);

}  // namespace fanlight
