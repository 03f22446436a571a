#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/json.h"
#include "core/checkpoints/mapped_file.h"
#include "core/checkpoints/safetensors.h"

namespace fanlight {

/// Stable Diffusion 1.x or 2.x in one .safetensors file under its original names, as ComfyUI and AUTOMATIC1111 keep
/// models, seen as the diffusers folder that StableDiffusionPipeline.from_single_file() makes of it. The file brings no
/// configuration: it follows from the tensors' names and shapes and from the family. Nothing is copied.
class SingleFile {
public:
    /// Reads the header. Throws Error naming the file, what it is or lacks, and what to choose instead.
    explicit SingleFile(const std::filesystem::path& path);

    const std::shared_ptr<const MappedFile>& file() const { return file_; }

    /// "Stable Diffusion 1" or "Stable Diffusion 2".
    const std::string& family() const { return family_; }

    /// The config.json of unet, vae, text_encoder, tokenizer or scheduler, as diffusers has it.
    const Json& config(const std::string& component) const { return configs_.at(component); }

    /// The weights of unet, vae (its decoder) or text_encoder under diffusers' names and in its shapes; views of
    /// file().
    const TensorEntries& tensors(const std::string& component) const { return tensors_.at(component); }

    class Part;  ///< within the file

private:
    void add_clip(const Part& part);
    void add_open_clip(const Part& part);
    void add_vae(const Part& part);
    void add_unet(const Part& part, bool second, int sample_size);

    std::shared_ptr<const MappedFile> file_;
    std::string family_;
    std::map<std::string, Json> configs_;
    std::map<std::string, TensorEntries> tensors_;
};

/// The file is a model in one file by its name.
inline bool is_single_file(const std::filesystem::path& path) { return path.extension() == ".safetensors"; }

}  // namespace fanlight
