#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// The configs of what reads a model's prompts, by component: text encoders, which are to be taken from elsewhere, and
/// tokenizers, which ship with the program.
using PromptReaders = std::map<std::string, Json>;

/// Of a family whose prompts a Qwen3 reads.
PromptReaders qwen3_reader();

/// A file that holds a network alone, "transformer": the prompts' readers and the VAE, whose configs are the usual
/// ones, are to be taken from elsewhere. `vae`: the usual config; `channels`: of latents. `scheduler`: what its config
/// says besides the class.
FileContents network_alone(Json network, TensorEntries tensors, Json vae, int64_t channels, const Json& scheduler,
                           const PromptReaders& readers);

/// The text encoder of a checkpoint of ComfyUI that holds the whole model, if it is one.
void add_bundled_qwen3(FileContents& contents, const CheckpointSource& file);

/// Likewise its VAE. `usual`: what tells the class and what no tensor shows.
void add_bundled_vae(FileContents& contents, const CheckpointSource& file, const Json& usual);

}  // namespace fanlight
