#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"
#include "core/checkpoints/original_names.h"

namespace fanlight {

/// Reads a network to be used in place of the model's component "transformer": diffusers' folder, or a file under
/// diffusers' names or those of Black Forest Labs, which ComfyUI's files have, too. Throws Error naming the file, what
/// it is or lacks, and what to choose instead; also if its layers are not those of the model's.
std::vector<OtherComponent> read_given_flux_2(const ModelFiles& model, const std::filesystem::path& path);

/// What comes before the network's keys in a file; nullopt: the file has no network of FLUX.2.
std::optional<std::string> flux_2_prefix(const TensorEntries& tensors);

bool has_original_flux_2_names(const CheckpointPart& part);

/// Under diffusers' names, of either naming. `network`: the config.
TensorEntries flux_2_tensors(const CheckpointPart& part, const Json& network);

/// What modules were in original checkpoints. `network`: the config.
OriginalNames original_flux_2_names(const Json& network);

}  // namespace fanlight
