#pragma once

#include <filesystem>
#include <vector>

#include "core/batch/list_reading.h"
#include "core/batch/request.h"

namespace fanlight {

/// Reads the rows that make finished images again: from a PNG, or from all PNGs in a folder, by name. A row has every
/// parameter found in the image, from our own `fanlight` text, else from `parameters`: A1111's, SwarmUI's or Fooocus'.
/// Throws UsageError with all images without settings, or with settings that are not supported, a line each. An unknown
/// sampler or schedule is one of these in a single image; in a folder it is noted, and left to the model.
void load_image_prompts(const std::filesystem::path& file_or_folder, const TakeRow& take,
                        const ListReading& reading = {});

/// Reads any kind of prompt list: images as above, else load_prompts().
void load_prompts_or_images(const std::filesystem::path& file_or_folder, const TakeRow& take,
                            const ListReading& reading = {});
std::vector<PromptRow> load_prompts_or_images(const std::filesystem::path& file_or_folder,
                                              const ListReading& reading = {});

}  // namespace fanlight
