#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// What the control side knows of a model without loading it.
struct ModelCard {
    std::string name;  ///< as shown and written into the PNGs: the preset, the repo id, the folder's or file's name
    std::filesystem::path folder;  ///< or the one file
    std::string pipeline_class;    ///< diffusers' name
    int default_width = 0;         ///< pixels
    int default_height = 0;        ///< pixels
    int default_steps = 0;
    double default_cfg_scale = 0;
    std::string default_sampler;  ///< a name of core/batch/names.h
    Json scheduler_config;        ///< scheduler/scheduler_config.json as it is
};

/// Finds what a user calls a model: "starter" or nothing (it lies in `resources`), a folder in diffusers' format, a
/// checkpoint in one .safetensors file, the name of either in models_folder(), or the id of a repository in the local
/// Hugging Face cache. Defaults are those of diffusers' pipeline unless a preset
/// says otherwise. Throws UsageError saying where was looked and which models there are, or which class is not known
/// and those that are; Error naming the file that is missing or broken.
ModelCard find_model(const std::string& model, const std::filesystem::path& resources);

/// A folder with a model_index.json, or a file that may be a checkpoint, is there.
bool is_model(const std::filesystem::path& path);

/// What the network's configuration says, as text: equal for models that cost the same. Throws Error naming the file.
std::string network_config(const std::filesystem::path& model);

/// SHA-256 (hex) of the one file, by which AUTOMATIC1111 knows it, too; else over what determines the pictures: the
/// lines that `sha256sum` prints of the configs, vocabularies and .safetensors of the components that the pipeline
/// uses, in the order of their paths. Reads all weights.
std::string model_hash(const std::filesystem::path& folder);

/// A model that find_model() would find by `name`, and what a list tells of it.
struct ListedModel {
    std::string name;
    std::filesystem::path folder;
    std::string family;        ///< diffusers' name of its pipeline, without "Pipeline"; empty: not known
    std::string problem;       ///< why it cannot be used; empty: it can
    int64_t weight_bytes = 0;  ///< of its .safetensors files
};

/// Of a folder in diffusers' format or a checkpoint in one file. Never throws: what is wrong with it is its `problem`.
ListedModel listed_model(const std::string& name, const std::filesystem::path& folder);

/// The presets, what lies in models_folder(), then the diffusion models in the local Hugging Face cache.
std::vector<ListedModel> list_models(const std::filesystem::path& resources);

}  // namespace fanlight
