#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoints/stored_tensors.h"

namespace fanlight {

/// A part of a model. diffusers and transformers save each in a folder of its own.
struct Component {
    std::string name;                       ///< name of its folder: "vae"
    std::string config_file;                ///< within the folder: "config.json"
    std::vector<std::string> classes = {};  ///< accepted in model_index.json; empty: any
    std::string weights = {};               ///< stem of the weights' file names: "model"; empty: it has none
    std::string root = {};                  ///< module that some checkpoints leave out of all keys: "text_model"
    std::string folder = {};                ///< within the model: "." for its own; empty: as `name`
    bool optional = false;                  ///< its config may be missing, and is empty then
    /// Tensors that are another one where the checkpoint does not hold them: {"lm_head.weight",
    /// "model.embed_tokens.weight"}.
    std::vector<std::pair<std::string, std::string>> ties = {};

    /// Endings of keys in old checkpoints, and what they are today: {"LayerNorm.gamma", "LayerNorm.weight"}.
    std::vector<std::pair<std::string, std::string>> endings = {};
    /// Beginnings of keys in some checkpoints, root included, and what the network calls them:
    /// {"model.language_model.", "model."}. What becomes "" is not read.
    std::vector<std::pair<std::string, std::string>> beginnings = {};

    /// Where its files are. `model`: the model's folder.
    std::filesystem::path within(const std::filesystem::path& model) const;
};

/// The components of a single-file model.
struct FileContents {
    std::map<std::string, Json> configs;           ///< by component; of the whole model as "model_index", if any
    std::map<std::string, TensorEntries> tensors;  ///< by component; views of the file
    /// What of the configs the file does not say, and why it is so: the rest of a sentence about the model.
    Sentence conclusion = {};
};

/// A component from elsewhere, to take the place of a model's own.
struct OtherComponent {
    std::string component;   ///< whose place it takes: "vae"
    std::string class_name;  ///< diffusers' or transformers'
    Json config;
    StoredTensors tensors;  ///< under their names
    std::string place;      ///< for messages: its file or folder
};

/// The configs and tensors of a model, in a folder or in a single file. No weight is read. Any thread.
class ModelFiles {
public:
    /// A folder whose read_model_index() is `index`. Throws Error naming the component that is missing, or the unknown
    /// class and those that are known. Components that are not listed (safety_checker, …) are ignored.
    ModelFiles(std::filesystem::path folder, std::vector<Component> components, const Json& index);

    ModelFiles(std::shared_ptr<const MappedFile> file, std::vector<Component> components, FileContents contents);

    const std::filesystem::path& path() const { return path_; }

    /// model_index.json; of a single file, what its family says in its place, or null.
    const Json& index() const { return index_; }

    /// See FileContents; empty: nothing was concluded.
    const Sentence& conclusion() const { return contents_.conclusion; }

    /// If so, components have no folder_of().
    bool is_single_file() const { return file_ != nullptr; }

    /// The class in the index: "PNDMScheduler".
    const std::string& class_of(const std::string& component) const { return classes_.at(component); }

    std::filesystem::path folder_of(const std::string& component) const {
        return this->component(component).within(path_);
    }

    /// Throws UsageError if the component has been replaced already.
    void replace(OtherComponent other);

    /// Whether it is a single file that does not hold the component, and nothing has taken its place: it then has a
    /// config and no tensors.
    bool lacks(const std::string& component) const;

    /// For messages: the component's folder, the single file, or whatever has taken its place.
    std::string place_of(const std::string& component) const;

    /// From now on, what a component's config says under these keys.
    void override_config(const std::string& component, Json values) { overrides_[component] = std::move(values); }

    /// An object. Throws Error naming the file.
    Json config(const std::string& component) const;

    /// Under diffusers' and transformers' names: with today's endings, the component's root, its beginnings and its
    /// ties. Throws Error naming the file, also if two tensors would get the same name.
    StoredTensors tensors(const std::string& component) const;

    /// Throws Error listing the known ones.
    const Component& component(const std::string& name) const;

private:
    Json stored_config(const std::string& component) const;

    std::filesystem::path path_;
    std::vector<Component> components_;
    Json index_;
    std::map<std::string, std::string> classes_;
    std::shared_ptr<const MappedFile> file_;
    FileContents contents_;
    std::map<std::string, Json> overrides_;         ///< by component
    std::map<std::string, OtherComponent> others_;  ///< by component
};

/// The file of a model's folder that says what it is: model_index.json, which diffusers writes, or else the config.json
/// of a model that transformers has saved. Whether it exists is not checked.
std::filesystem::path model_index_file(const std::filesystem::path& folder);

/// model_index.json or, made from transformers' config.json, an index of the same form: the pipeline's class is the
/// architecture, and the one component is called "model". Throws Error naming the folder or file that is missing.
Json read_model_index(const std::filesystem::path& folder);

}  // namespace fanlight
