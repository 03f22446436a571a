#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"
#include "core/families/parts/given_component.h"

namespace fanlight {

/// The config of T5 v1.1 XXL's encoder, for a file without a text encoder: another takes its place.
Json usual_t5();

/// Whether it is a T5, under transformers' names or those of GGUF files.
bool holds_t5(const TensorEntries& tensors);

/// What names and shapes tell of an encoder. `part`: under transformers' names. Throws Error naming a missing or
/// impossible tensor.
Json t5_config_of(const CheckpointPart& part);

/// Reads T5 to be used in place of the model's text encoder `component`: a folder or a file under transformers' names,
/// or a GGUF file. Where the model has none, any that gives states of `width` numbers. Throws Error naming the file,
/// what it is or lacks, and what to choose instead; also if it is another T5 than the model's.
std::vector<OtherComponent> read_given_t5(const ModelFiles& model, const std::string& component,
                                          const std::filesystem::path& path, int64_t width);

}  // namespace fanlight
