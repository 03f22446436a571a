#include "core/checkpoints/model_files.h"

#include <algorithm>

#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_config_bytes = 1 << 20;
constexpr const char* index_name = "model_index.json";

Json read_object(const fs::path& folder, const fs::path& file) {
    std::error_code ignored;
    if (!fs::is_regular_file(folder / file, ignored))
        throw Error("The model folder " + folder.string() + " has no " + file.string() + "; download the model again.");
    Json json = read_python_json_file(folder / file, max_config_bytes);
    if (!json.is_object())
        throw Error((folder / file).string() + " must hold a JSON object; download the model again.");
    return json;
}

/// From model_index.json's "name": ["library", "Class"].
std::string class_named(const Json& index, const Component& part, const std::string& where) {
    const auto entry = required<Json>(index, part.name.c_str(), where);
    if (!entry.is_array() || entry.size() != 2 || !entry[1].is_string())
        throw Error(where + ": the " + part.name + " must be given as [library, class]; choose a complete model.");
    const auto name = entry[1].get<std::string>();
    if (!part.classes.empty() && std::find(part.classes.begin(), part.classes.end(), name) == part.classes.end())
        throw Error(where + ": the " + part.name + " class \"" + name + "\" is not known; choose a model with " +
                    listed(part.classes) + ".");
    return name;
}

}  // namespace

Json read_model_index(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        throw Error("There is no model folder " + folder.string() + "; give one that diffusers has saved.");
    return read_object(folder, index_name);
}

ModelFiles::ModelFiles(fs::path folder, std::vector<Component> components, const Json& index)
    : path_(std::move(folder)), components_(std::move(components)) {
    std::error_code ignored;
    for (const Component& part : components_) {
        classes_[part.name] = class_named(index, part, (path_ / index_name).string());
        if (!fs::is_directory(folder_of(part.name), ignored))
            throw Error("The model folder " + path_.string() + " has no folder " + part.name +
                        "; download the model again.");
    }
}

ModelFiles::ModelFiles(std::shared_ptr<const MappedFile> file, std::vector<Component> components, FileContents contents)
    : path_(file->path()), components_(std::move(components)), file_(std::move(file)), contents_(std::move(contents)) {
    for (const Component& part : components_)
        classes_[part.name] =
            part.classes.empty() ? config(part.name)["_class_name"].get<std::string>() : part.classes.front();
}

std::string ModelFiles::place_of(const std::string& component) const {
    return is_single_file() ? path_.string() : folder_of(component).string();
}

Json ModelFiles::config(const std::string& component) const {
    if (file_) return contents_.configs.at(component);
    return read_object(path_, fs::path(component) / this->component(component).config_file);
}

StoredTensors ModelFiles::tensors(const std::string& component) const {
    if (!file_) return open_weights_folder(folder_of(component), this->component(component).weights);
    StoredTensors stored{.name = path_.string()};
    stored.add(contents_.tensors.at(component), file_);
    return stored;
}

const Component& ModelFiles::component(const std::string& name) const {
    std::vector<std::string> known;
    for (const Component& part : components_) {
        if (part.name == name) return part;
        known.push_back(part.name);
    }
    throw Error("The component \"" + name + "\" is not known; choose a model with " + listed(known) + ".");
}

}  // namespace fanlight
