#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/families/family.h"

namespace fanlight {

/// The model families, those that a program has added last. A reference to a row stays good.
const std::vector<const Family*>& families();

/// Adds a row, before any model is opened; `family` must live as long as the program. No other thread may use the table
/// meanwhile.
void add_family(const Family& family);

/// Titles of all, for sentences: "Stable Diffusion 1 or 2".
std::string listed_families();

/// The family of a pipeline's class, or nullptr.
const Family* family_of_class(const std::string& pipeline_class);

/// All pipeline classes that are known.
std::vector<std::string> known_pipeline_classes();

/// A model, and the row that knows it.
struct KnownModel {
    const Family& family;
    std::string pipeline_class;  ///< "StableDiffusionPipeline"
    ModelFiles files;
};

/// Opens a folder in diffusers' format or one .safetensors file, by its name. Reads the index or the file's header.
/// Throws Error naming the file, what it is or lacks, and what to choose instead.
KnownModel open_model_files(const std::filesystem::path& path);

/// What the model at `path` takes for the shape, without loading it. Throws Error as open_model_files(), or naming the
/// value that cannot be. Any thread.
ModelDescription describe_model(const std::filesystem::path& path, const DescribedShape& shape);

/// The tokenizer by which the length of a prompt for this model is told; nullptr if its family has none. Throws Error
/// as open_model_files(), or naming the vocabulary's file.
std::unique_ptr<Tokenizer> open_tokenizer(const std::filesystem::path& model);

/// The file is a model in one file by its name.
inline bool is_single_file(const std::filesystem::path& path) { return path.extension() == ".safetensors"; }

/// A LoRA in one .safetensors file for a model of any family; what is refused, see LoraFile.
LoraFile open_lora(const std::filesystem::path& path);

}  // namespace fanlight
