#include "core/config/model_catalog.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/batch/names.h"
#include "core/checkpoints/single_file.h"
#include "core/config/hugging_face_cache.h"
#include "core/config/user_folders.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

struct PipelineClass {
    std::string name;
    std::vector<std::string> components;  ///< those that we use: no safety checker, no feature extractor
    int steps;                            ///< diffusers' default
    double cfg_scale;                     ///< diffusers' default
};

const std::vector<PipelineClass>& pipeline_classes() {
    static const std::vector<PipelineClass> classes = {
        {"StableDiffusionPipeline", {"scheduler", "text_encoder", "tokenizer", "unet", "vae"}, 50, 7.5},
    };
    return classes;
}

struct Preset {
    std::string name;
    fs::path folder;  ///< within the resources
    int steps;
    double cfg_scale;
};

const std::vector<Preset>& presets() {
    static const std::vector<Preset> presets = {{"starter", "starter/model", 25, 5}};
    return presets;
}

template <typename Entry>
std::vector<std::string> names_of(const std::vector<Entry>& table, std::string Entry::*name) {
    std::vector<std::string> names;
    for (const Entry& entry : table) names.push_back(entry.*name);
    return names;
}

const PipelineClass& pipeline_class_of(const Json& index, const std::string& where) {
    const auto name = required<std::string>(index, "_class_name", where);
    const auto& known = pipeline_classes();
    const auto found = std::find_if(known.begin(), known.end(), [&](const PipelineClass& c) { return c.name == name; });
    if (found != known.end()) return *found;
    throw UsageError(where + ": the pipeline class " + name +
                     " is not supported; supported: " + listed(names_of(known, &PipelineClass::name)));
}

const SamplerName& sampler_of_class(const std::string& name, const std::string& where) {
    if (const SamplerName* sampler = find_sampler_by_class(name)) return *sampler;
    throw UsageError(where + ": the scheduler class " + name + " is not supported; supported: " +
                     listed(names_of(sampler_names(), &SamplerName::diffusers_class)));
}

/// The index decides, as in diffusers; the class that the config names must be known, too.
std::string default_sampler(const Json& index, const std::string& index_file, const Json& config,
                            const std::string& config_file) {
    const auto& from_config = sampler_of_class(required<std::string>(config, "_class_name", config_file), config_file);
    const auto entry = optional_or<Json>(index, "scheduler", nullptr, index_file);
    if (!entry.is_array() || entry.size() != 2 || !entry[1].is_string()) return from_config.name;
    return sampler_of_class(entry[1].get<std::string>(), index_file).name;
}

int positive(const Json& value, int most, const char* key, const std::string& where) {
    if (!value.is_number_integer() || value.get<int64_t>() < 1 || value.get<int64_t>() > most)
        throw Error(where + ": \"" + key + "\" must be a whole number from 1 to " + std::to_string(most));
    return value.get<int>();
}

/// Before diffusers 0.9 (a version "0.8.1", "0.8.0.dev0") the config of Stable Diffusion 1 told a wrong size.
bool before_0_9(const Json& config, const std::string& where) {
    const auto version = optional_or<std::string>(config, "_diffusers_version", "", where);
    int minor = 9;
    if (version.starts_with("0.")) std::from_chars(version.data() + 2, version.data() + version.size(), minor);
    return minor < 9;
}

/// Height and width of the latents that the network was trained at: "sample_size" is a number or [height, width].
std::pair<int, int> sample_size(const Json& unet, const std::string& where) {
    constexpr int most = 1024;
    const Json size = required<Json>(unet, "sample_size", where);
    if (size.is_array() && size.size() == 2)
        return {positive(size[0], most, "sample_size", where), positive(size[1], most, "sample_size", where)};
    int side = positive(size, most, "sample_size", where);
    if (side < 64 && before_0_9(unet, where)) side = 64;
    return {side, side};
}

/// How many pixels a latent covers in each direction: each block of the VAE but the last halves the picture.
int vae_scale_factor(const Json& vae, const std::string& where) {
    const auto channels = required<std::vector<int>>(vae, "block_out_channels", where);
    if (channels.empty() || channels.size() > 8)
        throw Error(where + ": \"block_out_channels\" must list 1 to 8 blocks, not " + std::to_string(channels.size()));
    return 1 << (channels.size() - 1);
}

ModelCard read_card(const std::string& name, const fs::path& folder) {
    const fs::path index_file = folder / "model_index.json",
                   scheduler_file = folder / "scheduler/scheduler_config.json", unet_file = folder / "unet/config.json",
                   vae_file = folder / "vae/config.json";
    const Json index = read_python_json_file(index_file);
    const PipelineClass& pipeline = pipeline_class_of(index, index_file.string());

    ModelCard card{.name = name, .folder = folder, .pipeline_class = pipeline.name};
    card.scheduler_config = read_python_json_file(scheduler_file);
    card.default_sampler = default_sampler(index, index_file.string(), card.scheduler_config, scheduler_file.string());
    const auto [height, width] = sample_size(read_python_json_file(unet_file), unet_file.string());
    const int factor = vae_scale_factor(read_python_json_file(vae_file), vae_file.string());
    card.default_height = height * factor;
    card.default_width = width * factor;
    card.default_steps = pipeline.steps;
    card.default_cfg_scale = pipeline.cfg_scale;
    return card;
}

/// A single file is the pipeline that its tensors say.
ModelCard read_file_card(const fs::path& file) {
    const SingleFile model(file);
    const PipelineClass& pipeline = pipeline_classes().front();
    ModelCard card{.name = file.stem().string(), .folder = file, .pipeline_class = pipeline.name};
    card.scheduler_config = model.config("scheduler");
    card.default_sampler = sampler_of_class(card.scheduler_config["_class_name"], file.string()).name;
    const auto [height, width] = sample_size(model.config("unet"), file.string());
    const int factor = vae_scale_factor(model.config("vae"), file.string());
    card.default_height = height * factor;
    card.default_width = width * factor;
    card.default_steps = pipeline.steps;
    card.default_cfg_scale = pipeline.cfg_scale;
    return card;
}

ModelCard read_preset(const Preset& preset, const fs::path& resources) {
    ModelCard card = read_card(preset.name, resources / preset.folder);
    card.default_steps = preset.steps;
    card.default_cfg_scale = preset.cfg_scale;
    return card;
}

/// The last part of a path that may end in "/" or be ".".
std::string folder_name(const fs::path& folder) {
    const fs::path full = fs::weakly_canonical(folder);
    return full.has_filename() ? full.filename().string() : full.parent_path().filename().string();
}

bool has_index(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_regular_file(folder / "model_index.json", ignored);
}

/// Checkpoints and diffusers folders that lie in models_folder(), by name.
std::vector<fs::path> kept_models() {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator entry(models_folder(), error), end; !error && entry != end; entry.increment(error))
        if (is_model(entry->path())) paths.push_back(entry->path());
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::optional<fs::path> kept_model(const std::string& name) {
    for (const fs::path& path : kept_models())
        if (path.stem() == name || path.filename() == name) return path;
    return std::nullopt;
}

[[noreturn]] void throw_not_found(const std::string& model, const fs::path& resources) {
    std::vector<std::string> names;
    for (const ListedModel& listed : list_models(resources)) names.push_back(listed.name);
    throw UsageError("There is no model \"" + model + "\": neither a file or folder of this name nor one in " +
                     models_folder().string() + " nor a repository in " + hugging_face_hub_cache().string() +
                     "; there are " + listed(names));
}

std::string family_of(std::string pipeline_class) {
    constexpr std::string_view end = "Pipeline";
    if (pipeline_class.ends_with(end)) pipeline_class.resize(pipeline_class.size() - end.size());
    return pipeline_class;
}

/// Of one file, or of all in a folder, where those of a cached repository are links.
int64_t bytes_of_weights(const fs::path& model) {
    std::error_code error, ignored;
    if (fs::is_regular_file(model, error)) return static_cast<int64_t>(fs::file_size(model, ignored));
    int64_t bytes = 0;
    for (fs::recursive_directory_iterator entry(model, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".safetensors" && entry->is_regular_file(ignored))
            bytes += static_cast<int64_t>(entry->file_size(ignored));
    return bytes;
}

/// Files of a component that matter to its pictures, in no particular order.
void add_files(std::vector<fs::path>& files, const fs::path& folder) {
    static const std::set<std::string> kinds = {".json", ".txt", ".safetensors"};
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (kinds.contains(entry->path().extension().string()) && entry->is_regular_file())
            files.push_back(entry->path());
    if (error) throw Error("Cannot read " + folder.string() + ": " + error.message());
}

}  // namespace

ModelCard find_model(const std::string& model, const fs::path& resources) {
    const std::string name = model.empty() ? presets().front().name : model;
    for (const Preset& preset : presets())
        if (preset.name == name) return read_preset(preset, resources);

    std::error_code ignored;
    if (fs::is_directory(name, ignored)) {
        if (has_index(name)) return read_card(folder_name(name), name);
        throw UsageError(name + " is no model in diffusers' format: it has no model_index.json");
    }
    if (is_single_file(name) && fs::exists(name, ignored)) return read_file_card(name);
    if (fs::is_regular_file(name, ignored))
        throw UsageError(name + " is no model: give a .safetensors file or a folder in diffusers' format.");
    if (const auto kept = kept_model(name))
        return is_single_file(*kept) ? read_file_card(*kept) : read_card(name, *kept);
    if (const auto snapshot = cached_snapshot(name)) {
        if (has_index(*snapshot)) return read_card(name, *snapshot);
        throw UsageError(name + " is no model in diffusers' format: " + snapshot->string() +
                         " has no model_index.json");
    }
    throw_not_found(name, resources);
}

bool is_model(const fs::path& path) {
    std::error_code ignored;
    return is_single_file(path) ? fs::is_regular_file(path, ignored) : has_index(path);
}

std::string network_config(const fs::path& model) {
    constexpr std::uintmax_t max_bytes = 1 << 20;
    if (is_single_file(model)) return to_line(SingleFile(model).config("unet"));
    return read_file(model / "unet" / "config.json", max_bytes);
}

std::string model_hash(const fs::path& folder) {
    if (is_single_file(folder)) return sha256_hex_of_file(folder);
    const fs::path index_file = folder / "model_index.json";
    std::vector<fs::path> files = {index_file};
    for (const auto& component : pipeline_class_of(read_python_json_file(index_file), index_file.string()).components)
        add_files(files, folder / component);
    std::vector<std::string> paths;
    for (const fs::path& file : files) paths.push_back(file.lexically_relative(folder).generic_string());
    std::sort(paths.begin(), paths.end());
    std::string lines;
    for (const auto& path : paths) lines += sha256_hex_of_file(folder / path) + "  " + path + "\n";
    return sha256_hex(lines);
}

ListedModel listed_model(const std::string& name, const fs::path& folder) {
    ListedModel listed{.name = name, .folder = folder, .weight_bytes = bytes_of_weights(folder)};
    try {
        if (is_single_file(folder)) {
            listed.family = family_of(read_file_card(folder).pipeline_class);
            return listed;
        }
        const Json index = read_python_json_file(folder / "model_index.json");
        listed.family = family_of(optional_or<std::string>(index, "_class_name", "", name));
        read_card(name, folder);
    } catch (const std::exception& error) {
        listed.problem = error.what();
    }
    return listed;
}

std::vector<ListedModel> list_models(const fs::path& resources) {
    std::vector<ListedModel> models;
    for (const Preset& preset : presets()) models.push_back(listed_model(preset.name, resources / preset.folder));
    for (const fs::path& path : kept_models()) models.push_back(listed_model(path.stem().string(), path));
    for (const auto& id : cached_repo_ids())
        if (const auto snapshot = cached_snapshot(id); snapshot && has_index(*snapshot))
            models.push_back(listed_model(id, *snapshot));
    return models;
}

}  // namespace fanlight
