#include "core/checkpoints/model_files.h"

#include <algorithm>

#include "core/base/file.h"
#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_config_bytes = 1 << 20;
constexpr const char* index_name = "model_index.json";
constexpr const char* transformers_name = "config.json";

Json read_object(const fs::path& folder, const fs::path& file) {
    if (!is_file(folder / file)) throw Error("The model folder %1 has no %2; download the model again.", folder, file);
    Json json = read_python_json_file(folder / file, max_config_bytes);
    if (!json.is_object()) throw Error("%1 must hold a JSON object; download the model again.", (folder / file));
    return json;
}

/// From model_index.json's "name": ["library", "Class"].
std::string class_named(const Json& index, const Component& part, const Place& where) {
    const auto entry = required<Json>(index, part.name.c_str(), where);
    if (!entry.is_array() || entry.size() != 2 || !entry[1].is_string())
        throw Error("%1: the %2 must be given as [library, class]; choose a complete model.", where, part.name);
    const auto name = entry[1].get<std::string>();
    if (!part.classes.empty() && std::find(part.classes.begin(), part.classes.end(), name) == part.classes.end())
        throw Error("%1: the %2 class %3 is not known; choose a model with %4.", where, part.name, in_quotes(name),
                    listed(part.classes));
    return name;
}

/// From the config.json of a model that transformers has saved.
Json index_of_transformers(const fs::path& folder) {
    const std::string where = (folder / transformers_name).string();
    const auto classes =
        required<std::vector<std::string>>(read_object(folder, transformers_name), "architectures", where);
    if (classes.size() != 1) throw Error("%1: architectures must name one class; choose another model.", where);
    return {{"_class_name", classes.front()}, {"model", {"transformers", classes.front()}}};
}

/// Whether the index names its class: configs that lie beside the weights have none.
bool has_class(const Component& part) { return part.folder.empty() || !part.classes.empty(); }

bool lacks_root(const StoredTensors& stored, const std::string& prefix) {
    const auto first = stored.tensors.lower_bound(prefix);
    return first == stored.tensors.end() || !first->first.starts_with(prefix);
}

void rename_endings(StoredTensors& stored, const Component& part) {
    for (const auto& [old, today] : part.endings) {
        std::vector<std::string> keys;
        for (const auto& [key, tensor] : stored.tensors)
            if (key.ends_with(old)) keys.push_back(key);
        for (const std::string& key : keys) {
            auto node = stored.tensors.extract(key);
            node.key() = key.substr(0, key.size() - old.size()) + today;
            stored.tensors.insert(std::move(node));
        }
    }
}

void rename_beginnings(StoredTensors& stored, const Component& part) {
    for (const auto& [old, today] : part.beginnings) {
        decltype(stored.tensors) renamed;
        for (auto found = stored.tensors.lower_bound(old);
             found != stored.tensors.end() && found->first.starts_with(old);) {
            auto node = stored.tensors.extract(found++);
            if (today.empty()) continue;
            node.key() = today + node.key().substr(old.size());
            renamed.insert(std::move(node));
        }
        stored.tensors.merge(renamed);
        if (!renamed.empty())
            throw Error("%1 holds the tensor \"%2\" under two names; download the model again.", stored.name,
                        renamed.begin()->first);
    }
}

/// Puts the root that all keys lack in front of them, and adds tensors that are another one.
void complete(StoredTensors& stored, const Component& part) {
    rename_endings(stored, part);
    if (const std::string prefix = part.root + "."; !part.root.empty() && lacks_root(stored, prefix)) {
        decltype(stored.tensors) rooted;
        for (auto& [key, tensor] : stored.tensors) rooted.emplace(prefix + key, std::move(tensor));
        stored.tensors = std::move(rooted);
    }
    rename_beginnings(stored, part);
    for (const auto& [name, other] : part.ties)
        if (const auto found = stored.tensors.find(other); found != stored.tensors.end())
            stored.tensors.try_emplace(name, found->second);
}

}  // namespace

fs::path Component::within(const fs::path& model) const {
    return folder == "." ? model : model / (folder.empty() ? name : folder);
}

fs::path model_index_file(const fs::path& folder) {
    return folder /
           (is_file(folder / transformers_name) && !is_file(folder / index_name) ? transformers_name : index_name);
}

Json read_model_index(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        throw Error("There is no model folder %1; give one that diffusers or transformers has saved.", folder);
    const bool of_transformers = model_index_file(folder).filename() == transformers_name;
    return of_transformers ? index_of_transformers(folder) : read_object(folder, index_name);
}

ModelFiles::ModelFiles(fs::path folder, std::vector<Component> components, const Json& index)
    : path_(std::move(folder)), components_(std::move(components)), index_(index) {
    std::error_code ignored;
    for (const Component& part : components_) {
        if (has_class(part)) classes_[part.name] = class_named(index, part, model_index_file(path_).string());
        if (!fs::is_directory(folder_of(part.name), ignored))
            throw Error("The model folder %1 has no folder %2; download the model again.", path_, part.name);
    }
}

ModelFiles::ModelFiles(std::shared_ptr<const MappedFile> file, std::vector<Component> components, FileContents contents)
    : path_(file->path()), components_(std::move(components)), file_(std::move(file)), contents_(std::move(contents)) {
    if (const auto index = contents_.configs.find("model_index"); index != contents_.configs.end())
        index_ = index->second;
    for (const Component& part : components_)
        classes_[part.name] = part.classes.empty() ? config(part.name).value("_class_name", "") : part.classes.front();
}

void ModelFiles::replace(OtherComponent other) {
    component(other.component);  // refuses unknown ones
    const std::string name = other.component, place = other.place;
    classes_[name] = other.class_name;
    const auto [there, is_new] = others_.emplace(name, std::move(other));
    if (!is_new)
        throw UsageError("%1 and %2 would both take the place of the model's %3; give one of them.",
                         there->second.place, place, name);
}

std::string ModelFiles::place_of(const std::string& component) const {
    if (const auto other = others_.find(component); other != others_.end()) return other->second.place;
    return is_single_file() ? path_.string() : folder_of(component).string();
}

Json ModelFiles::config(const std::string& component) const {
    Json config = stored_config(component);
    if (const auto found = overrides_.find(component); found != overrides_.end()) config.update(found->second);
    return config;
}

Json ModelFiles::stored_config(const std::string& component) const {
    if (const auto other = others_.find(component); other != others_.end()) return other->second.config;
    if (file_) return contents_.configs.at(component);
    const Component& part = this->component(component);
    const fs::path file = (part.within(path_) / part.config_file).lexically_relative(path_);
    return part.optional && !is_file(path_ / file) ? Json::object() : read_object(path_, file);
}

bool ModelFiles::lacks(const std::string& component) const {
    return file_ && !others_.contains(component) && contents_.tensors.at(component).empty();
}

StoredTensors ModelFiles::tensors(const std::string& component) const {
    const Component& part = this->component(component);
    StoredTensors stored{.name = path_.string()};
    if (const auto other = others_.find(component); other != others_.end())
        stored = other->second.tensors;
    else if (file_)
        stored.add(contents_.tensors.at(component), file_);
    else
        stored = open_weights_folder(folder_of(component), part.weights);
    complete(stored, part);
    return stored;
}

const Component& ModelFiles::component(const std::string& name) const {
    std::vector<std::string> known;
    for (const Component& part : components_) {
        if (part.name == name) return part;
        known.push_back(part.name);
    }
    throw Error("The component %1 is not known; choose a model with %2.", in_quotes(name), listed(known));
}

}  // namespace fanlight
