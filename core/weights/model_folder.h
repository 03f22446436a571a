#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/base/json.h"

namespace fanlight {

/// A model as diffusers saves it: model_index.json names the pipeline and its components, each in a folder of its own.
/// No weights are read here: those are Weights::open_folder(folder.component("unet"), …).
class ModelFolder {
public:
    /// Reads model_index.json. Throws Error naming the file that is missing, or the class that is not known and those
    /// that are. Components that the pipeline can do without (safety_checker, …) are ignored.
    explicit ModelFolder(std::filesystem::path folder);

    const std::filesystem::path& path() const { return folder_; }

    /// "StableDiffusionPipeline".
    const std::string& pipeline() const { return pipeline_; }

    /// The component's class as model_index.json names it: "UNet2DConditionModel", "PNDMScheduler". `name` is one of
    /// unet, vae, text_encoder, tokenizer and scheduler; schedulers of any class are let through, whoever samples knows
    /// them.
    const std::string& class_of(const std::string& name) const { return classes_.at(name); }

    /// The component's folder.
    std::filesystem::path component(const std::string& name) const { return folder_ / name; }

    /// The component's config.json (scheduler_config.json, tokenizer_config.json): an object. Throws Error naming the
    /// file.
    Json config(const std::string& name) const;

private:
    std::filesystem::path folder_;
    std::string pipeline_;
    std::map<std::string, std::string> classes_;
};

}  // namespace fanlight
