#pragma once

#include <filesystem>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// The rows that make finished images again: of a PNG, or of all PNGs in a folder by name. Every parameter that the
/// image tells is in its row, from our own `fanlight` text, else from A1111's `parameters`. Throws UsageError naming
/// the image that tells nothing, or something that cannot be made here (a sampler that is not known).
void load_image_prompts(const std::filesystem::path& file_or_folder, const TakeRow& take);

/// A prompt list of any kind: images as above, else load_prompts().
void load_prompts_or_images(const std::filesystem::path& file_or_folder, const TakeRow& take);
std::vector<PromptRow> load_prompts_or_images(const std::filesystem::path& file_or_folder);

}  // namespace fanlight
