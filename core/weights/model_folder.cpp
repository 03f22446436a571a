#include "core/weights/model_folder.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"

namespace fanlight {

namespace {

/// The components of a Stable Diffusion folder and the classes that we have for each; schedulers are a table of their own
/// (core/batch/names.h), since any of them can drive any model.
struct Component {
    const char* name;
    std::vector<std::string> classes;
};
const std::vector<Component>& components() {
    static const std::vector<Component> table = {{"unet", {"UNet2DConditionModel"}},
                                                 {"vae", {"AutoencoderKL"}},
                                                 {"text_encoder", {"CLIPTextModel"}},
                                                 {"tokenizer", {"CLIPTokenizer", "CLIPTokenizerFast"}}};
    return table;
}

}  // namespace

ModelFolder::ModelFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
    const auto index_file = folder_ / "model_index.json";
    if (!std::filesystem::exists(index_file))
        throw Error(folder_.string() + " is no model: it has no model_index.json; give a folder as diffusers saves it.");
    const Json index = read_json_file(index_file, 1 << 20);
    const std::string where = index_file.string();
    const auto pipeline = required<std::string>(index, "_class_name", where);
    if (pipeline != "StableDiffusionPipeline")
        throw Error(where + ": the pipeline \"" + pipeline + "\" is not known; the known one is StableDiffusionPipeline.");
    for (const Component& part : components()) {
        const auto entry = required<Json>(index, part.name, where);
        const std::string named = entry.is_array() && entry.size() == 2 && entry[1].is_string() ? entry[1].get<std::string>() : "null";
        if (std::find(part.classes.begin(), part.classes.end(), named) == part.classes.end())
            throw Error(where + ": the " + part.name + " class \"" + named + "\" is not known; known: " + listed(part.classes) + ".");
    }
}

Json ModelFolder::config(const std::string& component) const {
    const auto file = folder_ / component / (component == "scheduler" ? "scheduler_config.json" : "config.json");
    if (!std::filesystem::exists(file))
        throw Error("There is no " + file.string() + "; the model is incomplete, download it again.");
    Json json = read_json_file(file, 1 << 20);
    if (!json.is_object()) throw Error(file.string() + ": must hold a JSON object");
    return json;
}

}  // namespace fanlight
