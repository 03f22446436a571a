#pragma once

#include <filesystem>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// Reads the rows that make finished images again: from a PNG, or from all PNGs in a folder, by name. A row has every
/// parameter found in the image, from our own `fanlight` text, else from A1111's `parameters`. Throws UsageError naming
/// an image without settings, or with settings that are not supported (an unknown sampler).
void load_image_prompts(const std::filesystem::path& file_or_folder, const TakeRow& take);

/// Reads any kind of prompt list: images as above, else load_prompts().
void load_prompts_or_images(const std::filesystem::path& file_or_folder, const TakeRow& take);
std::vector<PromptRow> load_prompts_or_images(const std::filesystem::path& file_or_folder);

}  // namespace fanlight
