#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/checkpoints/stored_tensors.h"

namespace fanlight {

/// A part of a model, in a folder of its own where diffusers or transformers has saved it.
struct Component {
    std::string name;                       ///< the folder's: "vae"
    std::string config_file;                ///< within it: "config.json"
    std::vector<std::string> classes = {};  ///< that the model's index may name for it; none: any
    std::string weights = {};               ///< of its weights' file names: "model"; empty: it has none
    std::string root = {};                  ///< module that its checkpoints may leave out of all keys: "text_model"
};

/// What a model in one file is made of, as if it were a folder.
struct FileContents {
    std::map<std::string, Json> configs;           ///< by component
    std::map<std::string, TensorEntries> tensors;  ///< by component; views of the file
};

/// The configs and weights of a model, in a folder or in one file, without a weight read. Any thread.
class ModelFiles {
public:
    /// A folder that diffusers or transformers has saved, whose index names the class of each component. Throws Error
    /// naming the component that is missing, or the class that is not known and those that are. Components that are not
    /// asked for (safety_checker, …) are ignored.
    ModelFiles(std::filesystem::path folder, std::vector<Component> components, const Json& index);

    ModelFiles(std::shared_ptr<const MappedFile> file, std::vector<Component> components, FileContents contents);

    const std::filesystem::path& path() const { return path_; }

    /// It is one file: folder_of() names nothing.
    bool is_single_file() const { return file_ != nullptr; }

    /// The component's class as the index names it: "PNDMScheduler".
    const std::string& class_of(const std::string& component) const { return classes_.at(component); }

    std::filesystem::path folder_of(const std::string& component) const { return path_ / component; }

    /// Where a component's files lie, for messages.
    std::string place_of(const std::string& component) const;

    /// The component's config file: an object. Throws Error naming the file.
    Json config(const std::string& component) const;

    /// The component's tensors under diffusers' names. Throws Error naming the file.
    StoredTensors tensors(const std::string& component) const;

    /// Throws Error naming those that there are.
    const Component& component(const std::string& name) const;

private:
    std::filesystem::path path_;
    std::vector<Component> components_;
    std::map<std::string, std::string> classes_;
    std::shared_ptr<const MappedFile> file_;
    FileContents contents_;
};

/// model_index.json of a model's folder. Throws Error naming the folder or file that is missing.
Json read_model_index(const std::filesystem::path& folder);

}  // namespace fanlight
