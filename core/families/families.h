#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/batch/replaced_component.h"
#include "core/families/family.h"

namespace fanlight {

/// The model families; those added by the program come last.
const std::vector<const Family*>& families();

/// Adds a row. Call it before any model is opened and any thread started; `family` must outlive all use.
void add_family(const Family& family);

/// The titles of those whose models may be single files, for sentences: "Stable Diffusion 1 or 2".
Sentence listed_families();

/// The family of a pipeline's class, or nullptr.
const Family* family_of_class(const std::string& pipeline_class);

/// All known pipeline classes, except those of refiners.
std::vector<std::string> known_pipeline_classes();

/// A model and its family.
struct KnownModel {
    const Family& family;
    std::string pipeline_class;  ///< "StableDiffusionPipeline"
    ModelFiles files;
    std::shared_ptr<const KnownModel> refiner = {};  ///< the model that finishes its pictures; null: none
};

/// Opens a folder in diffusers' format or a single file (.safetensors, .gguf). Reads only the index or the file's
/// header. `training` replaces what the scheduler's config says; without it a single file has the config of its
/// version. Throws Error naming the file, what it is or lacks, and what to choose instead.
KnownModel open_model_files(const std::filesystem::path& path, const NoiseTraining& training = {});

/// Throws UsageError if models of this family only finish what others have begun. `model`: its name, for the message.
void check_not_refiner(const Family& family, const std::string& model);

/// Puts these in place of the model's own, and a refiner beside them. Throws UsageError if its family has no such kind,
/// or two of them would take the same place; Error naming the file, what it is or lacks, and what to choose instead.
void replace_components(KnownModel& model, const ReplacedComponents& components);

/// The size and costs of the model at `path`, with these in place of its own, for the shape, without loading it. Throws
/// Error like open_model_files() and replace_components(), or naming the wrong value. Any thread.
ModelDescription describe_model(const std::filesystem::path& path, const DescribedShape& shape,
                                const ReplacedComponents& components = {});

/// The tokenizer that counts the tokens of a prompt for this model; nullptr if its family has none. Throws Error like
/// open_model_files(), or naming the vocabulary's file.
std::unique_ptr<Tokenizer> open_tokenizer(const std::filesystem::path& model);

/// Whether it is named as a file of tensors, which may hold a model or one of its components.
inline bool is_single_file(const std::filesystem::path& path) {
    return path.extension() == ".safetensors" || path.extension() == ".gguf";
}

/// A LoRA for a model of any family. Throws Error like LoraFile.
LoraFile open_lora(const std::filesystem::path& path);

/// Throws Error if keys of the LoRA begin as those for models of this family never do, naming the family that it is
/// for: kohya's trainers tell text encoders of Stable Diffusion 1 and of XL apart in this way.
void check_lora(const LoraFile& lora, const Family& family);

/// Throws Error naming the layers of the LoRA that fit no module of this model.
void check_lora(const LoraFile& lora, const KnownModel& model);

}  // namespace fanlight
