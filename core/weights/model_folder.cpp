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
    std::string stem = {};             ///< of its weights' file names
};

struct Pipeline {
    std::string name;
    std::vector<Component> components;
};

const std::vector<Pipeline>& pipelines() {
    static const std::vector<Pipeline> table = {
        {"StableDiffusionPipeline",
         {{"unet", "config.json", {"UNet2DConditionModel"}, "diffusion_pytorch_model"},
          {"vae", "config.json", {"AutoencoderKL"}, "diffusion_pytorch_model"},
          {"text_encoder", "config.json", {"CLIPTextModel"}, "model"},
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

const Component& part_named(const std::string& pipeline, const std::string& name) {
    return row_named(row_named(pipelines(), pipeline, "The pipeline").components, name, "The component");
}

}  // namespace

ModelFolder::ModelFolder(fs::path path, std::vector<WeightedLora> loras)
    : path_(std::move(path)), loras_(std::move(loras)) {
    if (fanlight::is_single_file(path_)) {
        file_ = std::make_shared<const SingleFile>(path_);
        pipeline_ = pipelines().front().name;
        for (const Component& part : pipelines().front().components)
            classes_[part.name] =
                part.classes.empty() ? config(part.name)["_class_name"].get<std::string>() : part.classes.front();
        return;
    }
    std::error_code ignored;
    const std::string where = (path_ / "model_index.json").string();
    if (!fs::is_directory(path_, ignored))
        throw Error("There is no model folder " + path_.string() + "; give one that diffusers has saved.");
    const Json index = read_object(path_, "model_index.json");
    pipeline_ = required<std::string>(index, "_class_name", where);
    for (const Component& part : row_named(pipelines(), pipeline_, where + ": the pipeline").components) {
        classes_[part.name] = class_named(index, part, where);
        if (!fs::is_directory(component(part.name), ignored))
            throw Error("The model folder " + path_.string() + " has no folder " + part.name +
                        "; download the model again.");
    }
}

Json ModelFolder::config(const std::string& name) const {
    if (file_) return file_->config(name);
    return read_object(path_, fs::path(name) / part_named(pipeline_, name).config_file);
}

Weights ModelFolder::weights(const std::string& name, const Weights::Placement& placement) const {
    StoredTensors stored;
    if (file_) {
        stored.name = path_.string();
        stored.add(file_->tensors(name), file_->file());
    } else {
        stored = open_weights_folder(component(name), part_named(pipeline_, name).stem);
    }
    Weights weights = Weights::of(std::move(stored), placement);
    for (const WeightedLora& lora : loras_) weights.merge(lora, name);
    return weights;
}

}  // namespace fanlight
