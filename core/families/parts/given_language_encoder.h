#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/checkpoints/model_files.h"

namespace fanlight {

/// Reads a language model to be used in place of the model's text encoder `component`: a folder or a file under
/// transformers' names, or a GGUF file of Qwen3. Throws Error naming the file, what it is or lacks, and what to choose instead; also if it is
/// another language model than the model's.
std::vector<OtherComponent> read_given_language_encoder(const ModelFiles& model, const std::string& component,
                                                        const std::filesystem::path& path);

}  // namespace fanlight
