#include "core/config/model_catalog.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sentence_json.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/batch/image_task.h"
#include "core/batch/names.h"
#include "core/batch/text_task.h"
#include "core/checkpoints/tensor_source.h"
#include "core/checkpoints/weight_files.h"
#include "core/config/few_steps.h"
#include "core/config/file_cache.h"
#include "core/config/hash_cache.h"
#include "core/config/hugging_face_cache.h"
#include "core/config/program_paths.h"
#include "core/families/families.h"
#include "core/families/told_training.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// A model that ships with Fanlight.
struct Preset {
    std::string name;
    std::string task;  ///< the kind that it performs
    fs::path folder;   ///< within the resources
    std::optional<int> steps = {};
    std::optional<double> cfg_scale = {};
};

const std::vector<Preset>& presets() {
    static const std::vector<Preset> presets = {{"starter", ImageTask::kind, "starter/model", 25, 5},
                                                {"starter-text", TextTask::kind, "starter_text/model"}};
    return presets;
}

/// The preset for requests that name no model; an empty task means images.
const Preset& default_preset(const std::string& task) {
    for (const Preset& preset : presets())
        if (task.empty() || preset.task == task) return preset;
    throw UsageError("There is no model; name one with --model.");
}

const Family& family_in(const Json& index, const Place& where) {
    const auto name = required<std::string>(index, "_class_name", where);
    if (const Family* family = family_of_class(name)) return *family;
    throw UsageError("%1: the pipeline class %2 is not supported; supported: %3", where, excerpt(name),
                     listed(known_pipeline_classes()));
}

/// The index decides, as in diffusers.
std::string scheduler_class(const Json& index, const std::string& index_file, const Json& config,
                            const std::string& config_file) {
    const auto entry = optional_or<Json>(index, "scheduler", nullptr, index_file);
    if (entry.is_array() && entry.size() == 2 && entry[1].is_string()) return entry[1];
    return required<std::string>(config, "_class_name", config_file);
}

fs::path config_file(const Family& family, const fs::path& folder, const std::string& component) {
    for (const Component& part : family.components)
        if (part.name == component) return part.within(folder) / part.config_file;
    throw Error("A model of %1 has no %2", family.title, component);
}

ComponentConfig config_of(const Family& family, const fs::path& folder, const std::string& component) {
    if (component == index_config) return {read_model_index(folder), model_index_file(folder).string()};
    const fs::path file = config_file(family, folder, component);
    const auto part = std::find_if(family.components.begin(), family.components.end(),
                                   [&](const Component& each) { return each.name == component; });
    std::error_code ignored;
    if (part->optional && !fs::exists(file, ignored)) return {Json::object(), file.string()};
    return {read_python_json_file(file), file.string()};
}

void add_traits(ModelCard& card, const ModelTraits& traits) {
    card.traits = traits;
    if (traits.width > 0) card.defaults.width = traits.width;
    if (traits.height > 0) card.defaults.height = traits.height;
    if (traits.width > 0) card.defaults.emphasis = Emphasis::Original;
    if (traits.steps > 0) card.defaults.steps = traits.steps;
    if (traits.width > 0) card.defaults.cfg_scale = traits.cfg_scale;
    if (traits.context > 0) card.defaults = traits.generation;
}

void add_scheduler(ModelCard& card, const Family& family, Json config, const std::string& class_name) {
    card.scheduler_config = std::move(config);
    card.defaults.schedule = "default";
    if (const SamplerName* sampler = find_sampler_by_class(class_name, family.flow))
        card.defaults.sampler = sampler->name;
    else
        card.unknown_scheduler = class_name.substr(0, 60);
}

bool has_scheduler(const Family& family) {
    return std::any_of(family.components.begin(), family.components.end(),
                       [](const Component& component) { return component.name == "scheduler"; });
}

/// Of a single file. `usual`: what networks of its version predict.
void add_training(ModelCard& card, const std::string& asked, const std::string& usual) {
    const ToldTraining told = told_training(card.folder);
    const std::string prediction = !asked.empty() ? asked : told.prediction.empty() ? usual : told.prediction;
    card.training.zero_snr = told.zero_snr && prediction == "v_prediction";
    if (prediction != usual || card.training.zero_snr) card.training.prediction = prediction;
    if (!asked.empty()) return;
    const Sentence predicts = card.training.zero_snr ? Sentence("predicts %1 with a terminal SNR of zero", prediction)
                                                     : Sentence("predicts %1", prediction);
    card.training_note =
        told.prediction.empty()
            ? Sentence("%1, which is assumed: neither a key, metadata, its name nor a YAML file beside it says so",
                       predicts)
            : Sentence("%1, as %2 says", predicts, told.by);
}

void add_distillation(ModelCard& card, const NamedDistillations& known, bool is_file) {
    auto told = told_distillation(card.name, known);
    const bool is_named = told.has_value();
    if (!is_named && is_file) told = told_distillation(TensorSource(card.folder).metadata("modelspec.title"), known);
    if (told)
        take_distillation(card, *told, is_file,
                          Sentence("is distilled for %1, as %2 says", shown(*told),
                                   is_named ? Sentence("its name") : Sentence("its metadata")));
    else
        card.few_steps_note = card.traits.conclusion;
}

std::vector<std::string> replaceable_kinds(const Family& family) {
    std::vector<std::string> kinds;
    for (const ReplaceableKind& each : family.replaceable) kinds.push_back(each.kind);
    return kinds;
}

ModelCard read_card(const std::string& name, const fs::path& folder) {
    const fs::path index_file = model_index_file(folder);
    const Json index = read_model_index(folder);
    const Family& family = family_in(index, index_file.string());
    check_not_refiner(family, name);

    ModelCard card{.name = name,
                   .folder = folder,
                   .pipeline_class = index["_class_name"],
                   .task = family.task,
                   .also = family.also,
                   .overflows_float16 = family.overflows_float16,
                   .separate_rows = family.separate_rows,
                   .flow = family.flow,
                   .replaceable = replaceable_kinds(family)};
    if (has_scheduler(family)) {
        const fs::path file = config_file(family, folder, "scheduler");
        const Json config = read_python_json_file(file);
        add_scheduler(card, family, config, scheduler_class(index, index_file.string(), config, file.string()));
    }
    add_traits(card, family.traits([&](const std::string& component) { return config_of(family, folder, component); }));
    add_distillation(card, family.distillations, false);
    return card;
}

/// A single file's pipeline follows from its tensors. `asked`: what the network predicts; empty: not said.
ModelCard read_file_card(const fs::path& file, const std::string& asked) {
    KnownModel found = open_model_files(file);
    const Family& family = found.family;
    check_not_refiner(family, file.string());
    ModelCard card{.name = file.stem().string(),
                   .folder = file,
                   .pipeline_class = found.pipeline_class,
                   .task = family.task,
                   .also = family.also,
                   .overflows_float16 = family.overflows_float16,
                   .separate_rows = family.separate_rows,
                   .flow = family.flow,
                   .replaceable = replaceable_kinds(family)};
    if (has_scheduler(family) && !family.flow)
        add_training(card, asked, found.files.config("scheduler").value("prediction_type", ""));
    // Opened again only if needed: to read a header takes longer than all else.
    const KnownModel model =
        card.training == NoiseTraining() ? std::move(found) : open_model_files(file, card.training);
    if (has_scheduler(family)) {
        const Json config = model.files.config("scheduler");
        add_scheduler(card, family, config, config["_class_name"]);
    }
    add_traits(card, family.traits([&](const std::string& component) -> ComponentConfig {
        return {model.files.config(component), file.string()};
    }));
    if (!model.files.conclusion().empty()) card.traits.conclusion = model.files.conclusion();
    add_distillation(card, family.distillations, true);
    for (const ReplaceableKind& kind : family.replaceable)
        for (const std::string& component : kind.components)
            if (kind.read && model.files.lacks(component)) card.lacks.push_back(component);
    return card;
}

ModelCard read_preset(const Preset& preset, const fs::path& resources) {
    ModelCard card = read_card(preset.name, resources / preset.folder);
    if (preset.steps) card.defaults.steps = preset.steps;
    if (preset.cfg_scale) card.defaults.cfg_scale = preset.cfg_scale;
    return card;
}

/// The last part of a path that may end in "/" or be ".".
std::string own_name(const fs::path& folder) {
    const fs::path full = fs::weakly_canonical(folder);
    return full.has_filename() ? full.filename().string() : full.parent_path().filename().string();
}

/// One that diffusers has saved, or transformers.
bool has_index(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_regular_file(model_index_file(folder), ignored);
}

/// Whether it is to be listed: folders of transformers hold many things that are no models of ours.
bool is_model_folder(const fs::path& folder) {
    if (!has_index(folder)) return false;
    try {
        const bool of_diffusers = model_index_file(folder).filename() == "model_index.json";
        return of_diffusers || family_of_class(read_model_index(folder).at("_class_name")) != nullptr;
    } catch (const std::exception&) {
        return false;
    }
}

std::vector<std::string> texts_of(const std::vector<fs::path>& paths) { return {paths.begin(), paths.end()}; }

[[noreturn]] void throw_not_found(const std::string& model, const ModelPlaces& places) {
    constexpr size_t most_named = 20;
    std::vector<std::string> names;
    for (const Preset& preset : presets()) names.push_back(preset.name);
    for (const PlacedFile& kept : files_in(places.models, &is_model)) names.push_back(kept.name);
    for (const PlacedFile& kept : files_in(places.networks, &is_model_file)) names.push_back(kept.name);
    for (const std::string& id : cached_repo_ids())
        if (const auto snapshot = cached_snapshot(id); snapshot && is_model_folder(*snapshot)) names.push_back(id);
    throw UsageError(
        "There is no model \"%1\": neither a file or folder of this name nor one in %2 nor a repository in %3; there "
        "are %4",
        model, listed(texts_of(places.models)), hugging_face_hub_cache(), listed(names, most_named));
}

/// The files of a repository in the cache, as -m takes them: "ORG/NAME/FILE".
std::vector<PlacedFile> files_of_repo(const std::string& id, const fs::path& snapshot) {
    std::vector<PlacedFile> files = files_in({snapshot}, &is_model_file);
    for (PlacedFile& file : files) file.name = id + "/" + file.path.lexically_relative(snapshot).generic_string();
    return files;
}

/// "ORG/NAME/FILE" in the cache; empty: there is none.
fs::path cached_file(const std::string& name) {
    const size_t end = name.find('/', name.find('/') + 1);
    if (end == std::string::npos) return "";
    const auto snapshot = cached_snapshot(name.substr(0, end));
    const fs::path file = snapshot ? *snapshot / name.substr(end + 1) : fs::path();
    return is_model_file(file) ? file : fs::path();
}

/// Of these, the files that are models, not text encoders or VAEs.
std::vector<PlacedFile> models_among(const std::vector<PlacedFile>& files) {
    std::vector<PlacedFile> models;
    for (const PlacedFile& file : files)
        if (listed_model(file.name, file.path).problem.empty()) models.push_back(file);
    return models;
}

/// Of a repository that is no folder of a model: its only file, or the only one that is a model.
FoundModel only_file_of(const std::string& id, const fs::path& snapshot) {
    constexpr size_t most_named = 20;
    std::vector<PlacedFile> files = files_of_repo(id, snapshot);
    if (files.empty())
        throw UsageError(
            "%1 is not a model: %2 has neither a model_index.json, as diffusers saves it, nor a config.json, as "
            "transformers does",
            id, snapshot.string());
    if (files.size() > 1)
        if (std::vector<PlacedFile> models = models_among(files); !models.empty()) files = std::move(models);
    if (files.size() == 1) return {files.front().path.stem().string(), files.front().path};
    std::vector<std::string> names;
    for (const PlacedFile& file : files) names.push_back(file.name);
    throw UsageError("The repository %1 holds several files; give one of them: %2.", id, listed(names, most_named));
}

std::string family_name(std::string pipeline_class) {
    constexpr std::string_view end = "Pipeline";
    if (pipeline_class.ends_with(end)) pipeline_class.resize(pipeline_class.size() - end.size());
    return pipeline_class;
}

/// The dtypes of weights that can be loaded, as programs call them.
struct StoredDtype {
    Dtype dtype;
    std::string_view name;
};
constexpr StoredDtype stored_dtypes[] = {{Dtype::F32, "float32"},
                                         {Dtype::F16, "float16"},
                                         {Dtype::BF16, "bfloat16"},
                                         {Dtype::F8_E4M3, "fp8_e4m3fn"},
                                         {Dtype::F8_E5M2, "fp8_e5m2"}};

/// Empty: it is not known. Quantised types have their own names everywhere.
std::string name_of_stored(Dtype dtype) {
    for (const StoredDtype& known : stored_dtypes)
        if (known.dtype == dtype) return std::string(known.name);
    return is_quantised(dtype) ? std::string(name_of(dtype)) : "";
}

std::optional<Dtype> stored_dtype_named(const std::string& name) {
    for (const StoredDtype& known : stored_dtypes)
        if (known.name == name) return known.dtype;
    const std::optional<Dtype> dtype = dtype_named(name);
    return dtype && is_quantised(*dtype) ? dtype : std::nullopt;
}

/// Of most of the bytes in these files; empty: unknown, also if one of them cannot be read, which is told by whoever
/// needs it.
std::string dtype_of(const std::vector<fs::path>& files) {
    std::map<Dtype, size_t> bytes;
    try {
        for (const fs::path& file : files) {
            const TensorSource source(file);
            for (const auto& [name, entry] : source.tensors()) bytes[entry.dtype] += entry.bytes.size();
        }
    } catch (const Error&) {
        return "";
    }
    const auto most =
        std::max_element(bytes.begin(), bytes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == bytes.end() ? "" : name_of_stored(most->first);
}

/// Files of a component that affect the pictures, in no particular order.
void add_files(std::vector<fs::path>& files, const fs::path& folder) {
    static const std::set<std::string> kinds = {".json", ".txt", ".safetensors", ".model"};
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (kinds.contains(entry->path().extension().string()) && entry->is_regular_file())
            files.push_back(entry->path());
    if (error) throw Error("Cannot read %1: %2", folder, error.message());
}

/// Whether it has the name of a pickle or of TorchScript.
bool runs_code(const fs::path& file) {
    static const std::set<std::string> endings = {".ckpt", ".pt", ".pth", ".bin", ".pkl"};
    return endings.contains(file.extension().string());
}

FoundModel found_model(const std::string& name, const ModelPlaces& places) {
    std::error_code ignored;
    if (fs::is_directory(name, ignored)) {
        if (has_index(name)) return {own_name(name), name};
        throw UsageError(
            "%1 is not a model: it has neither a model_index.json, as diffusers saves it, nor a config.json, as "
            "transformers does",
            name);
    }
    if (is_single_file(name) && fs::exists(name, ignored)) return {fs::path(name).stem().string(), name};
    if (fs::is_regular_file(name, ignored) && runs_code(name))
        throw UsageError("%1 is not a .safetensors file; convert it first, since other formats run code.", name);
    if (fs::is_regular_file(name, ignored))
        throw UsageError("%1 is not a model: give a .safetensors or .gguf file, or a folder in diffusers' format.",
                         name);
    for (const std::vector<PlacedFile>& kept :
         {files_in(places.models, &is_model), files_in(places.networks, &is_model_file)})
        if (const PlacedFile* file = file_called(name, kept))
            return {is_single_file(file->path) ? file->path.stem().string() : name, file->path};
    if (const auto snapshot = cached_snapshot(name)) {
        return has_index(*snapshot) ? FoundModel{name, *snapshot} : only_file_of(name, *snapshot);
    }
    if (const fs::path file = cached_file(name); !file.empty()) return {file.stem().string(), file};
    throw_not_found(name, places);
}

/// `prediction`: for a single file.
ModelCard find_card(const std::string& model, const ModelPlaces& places, const std::string& task,
                    const std::string& prediction) {
    const std::string asked = model.empty() ? default_preset(task).name : model;
    for (const Preset& preset : presets())
        if (preset.name == asked) return read_preset(preset, places.resources);
    const auto [name, path] = found_model(asked, places);
    return is_single_file(path) ? read_file_card(path, prediction) : read_card(name, path);
}

/// What users should know of it before they use it.
Sentence notes_of(const ModelCard& card) {
    Sentence lacks, scheduler;
    if (card.lacks == std::vector<std::string>{vae_kind})
        lacks = Sentence("has no VAE of its own: give one with --vae");
    else if (!card.lacks.empty())
        lacks = Sentence("is a network alone: the rest is looked for beside it and in the folders for models");
    if (!card.unknown_scheduler.empty())
        scheduler = Sentence("needs a sampler: its own scheduler, %1, is not known", card.unknown_scheduler);
    Sentence all;
    for (const Sentence& note : {lacks, scheduler, card.training_note, card.few_steps_note})
        if (!note.empty()) all = all.empty() ? note : Sentence("%1; %2", all, note);
    return all;
}

ListedModel described(const std::string& name, const fs::path& path) {
    ListedModel listed{.name = name, .folder = path, .weight_bytes = weight_bytes(path)};
    try {
        if (!is_single_file(path))  // told even if the rest cannot be used
            listed.family = family_name(optional_or<std::string>(read_model_index(path), "_class_name", "", name));
        const ModelCard card = is_single_file(path) ? read_file_card(path, "") : read_card(name, path);
        listed.family = family_name(card.pipeline_class);
        listed.task = card.task;
        listed.dtype = dtype_of(weight_files(path));
        listed.note = notes_of(card);
        if (!is_single_file(path))  // whose parts have been read already
            describe_model(path, {.width = card.traits.width, .height = card.traits.height, .tokens = 1});
    } catch (const std::exception& error) {
        listed.problem = sentence_of(error);
    }
    return listed;
}

/// What describes a file besides its contents: its name, the YAML file beside it, and which Fanlight reads it; window
/// and command line are one.
std::string version_for(const fs::path& file) {
    const auto state = [](const fs::path& path) {
        std::error_code error;
        const auto time = fs::last_write_time(path, error).time_since_epoch().count();
        return error ? std::string("-") : std::to_string(time);
    };
    return sha256_hex(file.filename().string() + " " + state(fs::path(file).replace_extension(".yaml")) + " " +
                      state(fanlight_program()));
}

std::string text_of(const ListedModel& model) {
    Json json = {{"family", model.family}, {"dtype", model.dtype}, {"task", model.task}};
    Json problem = Json::object(), note = Json::object();
    put_sentence(problem, "text", model.problem);
    put_sentence(note, "text", model.note);
    json["problem"] = std::move(problem);
    json["note"] = std::move(note);
    return to_line(json);
}

/// Throws if `text` is nothing that text_of() returns.
ListedModel listed_in(const std::string& text, const std::string& name, const fs::path& path) {
    const Json json = parse_json(text, "the cache");
    return {.name = name,
            .folder = path,
            .family = json.at("family"),
            .dtype = json.at("dtype"),
            .task = json.at("task"),
            .problem = get_sentence(json.at("problem"), "text"),
            .note = get_sentence(json.at("note"), "text"),
            .weight_bytes = weight_bytes(path)};
}

bool is_listed(const std::string& text) {
    try {
        listed_in(text, "", "");
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace

constexpr const char* flow_prediction = "flow";

const std::vector<std::string>& prediction_names() {
    static const std::vector<std::string> names = {"epsilon", "v_prediction", flow_prediction};
    return names;
}

ModelCard find_model(const std::string& model, const ModelPlaces& places, const std::string& task,
                     const std::string& prediction) {
    const auto& known = prediction_names();
    if (!prediction.empty() && std::find(known.begin(), known.end(), prediction) == known.end())
        throw UsageError("A network predicts %1, not \"%2\".", one_of(known), prediction.substr(0, 60));
    ModelCard card = find_card(model, places, task, prediction);
    if (card.flow) {
        if (prediction.empty() || prediction == flow_prediction) return card;
        throw UsageError("The network of %1 predicts a flow, and not %2; leave --prediction out.", card.name,
                         prediction);
    }
    if (!prediction.empty() && card.scheduler_config.is_null())
        throw UsageError("The model %1 makes nothing from noise, so it predicts no %2; leave --prediction out.",
                         card.name, prediction);
    if (prediction == flow_prediction)
        throw UsageError("The network of %1 does not predict a flow; leave --prediction out.", card.name);
    const bool is_said = prediction.empty() || is_single_file(card.folder);  // and heeded
    if (!is_said && card.scheduler_config.value("prediction_type", Json("epsilon")) != prediction)
        card.training.prediction = prediction;
    return card;
}

FoundModel find_other_model(const std::string& model, const ModelPlaces& places) { return found_model(model, places); }

bool is_model_file(const fs::path& path) {
    std::error_code ignored;
    return is_single_file(path) && fs::is_regular_file(path, ignored);
}

bool is_model(const fs::path& path) { return is_single_file(path) ? is_model_file(path) : is_model_folder(path); }

std::string network_config(const fs::path& model) {
    constexpr std::uintmax_t max_bytes = 1 << 20;
    if (is_single_file(model)) {
        const KnownModel known = open_model_files(model);
        return to_line(known.files.config(known.family.network));
    }
    const Family& family = family_in(read_model_index(model), model_index_file(model).string());
    return read_file(config_file(family, model, family.network), max_bytes);
}

std::string model_hash(const fs::path& folder) {
    if (is_single_file(folder)) return cached_sha256(folder);
    const fs::path index_file = model_index_file(folder);
    std::vector<fs::path> files = {index_file};
    for (const Component& part : family_in(read_model_index(folder), index_file.string()).components)
        add_files(files, part.within(folder));
    std::set<std::string> paths;
    for (const fs::path& file : files) paths.insert(file.lexically_relative(folder).generic_string());
    std::string lines;
    for (const auto& path : paths) lines += cached_sha256(folder / path) + "  " + path + "\n";
    return sha256_hex(lines);
}

ListedModel listed_model(const std::string& name, const fs::path& path) {
    if (!is_single_file(path)) return described(name, path);
    try {
        const std::string text = cached_fact(path, {.kind = "models",
                                                    .version = version_for(path),
                                                    .max_bytes = 1 << 16,
                                                    .is_valid = [](const std::string& kept) { return is_listed(kept); },
                                                    .find_out = [&] { return text_of(described(name, path)); }});
        return listed_in(text, name, path);
    } catch (const std::exception&) {
        return described(name, path);
    }
}

int64_t weight_bytes_on(const ListedModel& model, const std::string& device_kind) {
    const int computed = device_kind == "cpu" ? 4 : 2;
    const std::optional<Dtype> stored = stored_dtype_named(model.dtype);
    if (!stored) return model.weight_bytes;
    const DtypeBlock block = block_of(*stored);
    return model.weight_bytes / static_cast<int64_t>(block.bytes) * static_cast<int64_t>(block.elements) * computed;
}

std::vector<ListedModel> list_models(const ModelPlaces& places) {
    std::vector<ListedModel> models;
    for (const Preset& preset : presets()) {
        models.push_back(listed_model(preset.name, places.resources / preset.folder));
        models.back().task = preset.task;  // known even if its files are broken
    }
    for (const PlacedFile& kept : files_in(places.models, &is_model))
        models.push_back(listed_model(kept.name, kept.path));
    for (const PlacedFile& kept : files_in(places.networks, &is_model_file))  // some are models without the rest
        if (ListedModel network = listed_model(kept.name, kept.path); network.problem.empty())
            models.push_back(std::move(network));
    for (const auto& id : cached_repo_ids()) {
        const auto snapshot = cached_snapshot(id);
        if (snapshot && is_model_folder(*snapshot)) models.push_back(listed_model(id, *snapshot));
        if (!snapshot || has_index(*snapshot)) continue;
        for (const PlacedFile& kept : models_among(files_of_repo(id, *snapshot)))
            models.push_back(listed_model(kept.name, kept.path));
    }
    return models;
}

}  // namespace fanlight
