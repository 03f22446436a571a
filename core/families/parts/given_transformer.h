#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// How files name the network of a family whose component is "transformer".
struct TransformerNaming {
    std::string title;              ///< the family's: "FLUX.1"
    std::string class_name;         ///< diffusers'
    std::vector<std::string> keys;  ///< each tells that a file has it, below one of the usual prefixes
    std::string published;          ///< a file: "flux1-dev.safetensors"
    /// Under diffusers' names, whatever the file's. `network`: the config.
    TensorEntries (*tensors)(const CheckpointPart& part, const Json& network);
    /// Throws Error, naming it, if it is a network with these names that does other work: it changes pictures.
    void (*refuse_other_work)(const CheckpointPart& part, const CheckpointSource& file);
};

/// What comes before the network's keys in a file; nullopt: the file has no such network.
std::optional<std::string> transformer_prefix(const TransformerNaming& naming, const TensorEntries& tensors);

/// Reads a network to be used in place of the model's: diffusers' folder, or a file under names that the family knows.
/// Throws Error naming the file, what it is or lacks, and what to choose instead; also if its layers are not those of
/// the model's.
std::vector<OtherComponent> read_given_transformer(const TransformerNaming& naming, const ModelFiles& model,
                                                   const std::filesystem::path& path);

}  // namespace fanlight
