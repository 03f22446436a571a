#include "core/weights/model_folder.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_config_bytes = 1 << 20;

struct Component {
    std::string name;
    std::string config_file;
    std::vector<std::string> classes;  ///< none: any
};

struct Pipeline {
    std::string name;
    std::vector<Component> components;
};

const std::vector<Pipeline>& pipelines() {
    static const std::vector<Pipeline> table = {
        {"StableDiffusionPipeline",
         {{"unet", "config.json", {"UNet2DConditionModel"}},
          {"vae", "config.json", {"AutoencoderKL"}},
          {"text_encoder", "config.json", {"CLIPTextModel"}},
          {"tokenizer", "tokenizer_config.json", {"CLIPTokenizer", "CLIPTokenizerFast"}},
          {"scheduler", "scheduler_config.json", {}}}},
    };
    return table;
}

template <typename Row>
const Row& row_named(const std::vector<Row>& table, const std::string& name, const std::string& what) {
    std::vector<std::string> known;
    for (const Row& row : table) {
        if (row.name == name) return row;
        known.push_back(row.name);
    }
    throw Error(what + " \"" + name + "\" is not known; choose a model with " + listed(known) + ".");
}

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

ModelFolder::ModelFolder(fs::path folder) : folder_(std::move(folder)) {
    std::error_code ignored;
    const std::string where = (folder_ / "model_index.json").string();
    if (!fs::is_directory(folder_, ignored))
        throw Error("There is no model folder " + folder_.string() + "; give one that diffusers has saved.");
    const Json index = read_object(folder_, "model_index.json");
    pipeline_ = required<std::string>(index, "_class_name", where);
    for (const Component& part : row_named(pipelines(), pipeline_, where + ": the pipeline").components) {
        classes_[part.name] = class_named(index, part, where);
        if (!fs::is_directory(component(part.name), ignored))
            throw Error("The model folder " + folder_.string() + " has no folder " + part.name +
                        "; download the model again.");
    }
}

Json ModelFolder::config(const std::string& name) const {
    const Pipeline& pipeline = row_named(pipelines(), pipeline_, "The pipeline");
    return read_object(folder_, fs::path(name) / row_named(pipeline.components, name, "The component").config_file);
}

}  // namespace fanlight
