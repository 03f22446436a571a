#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoints/single_file.h"
#include "core/weights/weights.h"

namespace fanlight {

/// A model as diffusers saves it: model_index.json names the pipeline and its components, each in a folder of its own.
/// One .safetensors file under Stable Diffusion's original names is read as the folder that it would make.
class ModelFolder {
public:
    /// Reads model_index.json, or the file's header. Throws Error naming the file that is missing, or the class that is
    /// not known and those that are. Components that the pipeline can do without (safety_checker, …) are ignored.
    /// `loras` change the weights that it gives, in this order.
    explicit ModelFolder(std::filesystem::path path, std::vector<WeightedLora> loras = {});

    const std::filesystem::path& path() const { return path_; }

    /// It is one file: component() names nothing, and the tokenizer is CLIP's.
    bool is_single_file() const { return file_ != nullptr; }

    /// "StableDiffusionPipeline".
    const std::string& pipeline() const { return pipeline_; }

    /// The component's class as model_index.json names it: "UNet2DConditionModel", "PNDMScheduler". `name` is one of
    /// unet, vae, text_encoder, tokenizer and scheduler; schedulers of any class are let through, whoever samples knows
    /// them.
    const std::string& class_of(const std::string& name) const { return classes_.at(name); }

    /// The component's folder.
    std::filesystem::path component(const std::string& name) const { return path_ / name; }

    /// The weights of unet, vae or text_encoder. Throws Error naming the file, or the layers of a LoRA that do not fit.
    Weights weights(const std::string& name, const Weights::Placement& placement) const;

    /// The component's config.json (scheduler_config.json, tokenizer_config.json): an object. Throws Error naming the
    /// file.
    Json config(const std::string& name) const;

private:
    std::filesystem::path path_;
    std::vector<WeightedLora> loras_;
    std::shared_ptr<const SingleFile> file_;
    std::string pipeline_;
    std::map<std::string, std::string> classes_;
};

}  // namespace fanlight
