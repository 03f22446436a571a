#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/batch/replaced_component.h"

namespace fanlight {

/// SHA-256 (hex) of all that a model's text encoders consist of, their weights' files and their configs, by component,
/// those of its refiner with "refiner/" before it. Hashes of large files are remembered. Throws Error naming the file.
std::map<std::string, std::string> encoder_hashes(const std::filesystem::path& model,
                                                  const ReplacedComponents& components);

/// Where encoded texts are kept: …/fanlight/encoded_texts in the user's folder for caches. It may not be there yet.
std::filesystem::path encoded_texts_folder();

}  // namespace fanlight
