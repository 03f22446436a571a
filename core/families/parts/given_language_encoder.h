#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// The config of the Qwen3 of 4 billion parameters, for a file without a text encoder: another takes its place.
Json usual_qwen3();

/// What names and shapes tell of a Qwen3 under transformers' names.
Json qwen3_config_of(const CheckpointPart& part);

/// Reads a language model to be used in place of the model's text encoder `component`: a folder or a file under
/// transformers' names, or a GGUF file of Qwen3. Where the model has none, any Qwen3 that gives states of `width`
/// numbers. Throws Error naming the file, what it is or lacks, and what to choose instead; also if it is another
/// language model than the model's.
std::vector<OtherComponent> read_given_language_encoder(const ModelFiles& model, const std::string& component,
                                                        const std::filesystem::path& path, int64_t width);

}  // namespace fanlight
