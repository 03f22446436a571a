#include "core/project/project_file.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/request.h"
#include "core/prompts/prompt_list.h"

namespace fanlight {

namespace {

constexpr int version = 1;
constexpr const char* version_key = "fanlight_project";
constexpr size_t max_head_bytes = 1 << 20, max_texts = 1000;
constexpr std::uintmax_t max_file_bytes = std::uintmax_t{1} << 30;
constexpr int max_workers = 64;

int counted(const Json& json, const char* key, int fallback, int min, int max) {
    const int value = member_or(json, key, fallback);
    if (value < min || value > max) throw Error("%1 must be from %2 to %3, not %4", in_quotes(key), min, max, value);
    return value;
}

std::string text(const Json& json, const char* key, const std::string& fallback = "") {
    std::string value = member_or(json, key, fallback);
    if (value.find('\0') != std::string::npos) throw Error("%1 holds a NUL character", in_quotes(key));
    return value;
}

/// One of a few names.
std::string name(const Json& json, const char* key, const std::string& fallback, std::vector<std::string> names) {
    const std::string value = text(json, key, fallback);
    if (std::find(names.begin(), names.end(), value) == names.end())
        throw Error("%1 must be one of %2, not %3", in_quotes(key), listed(names), in_quotes(value));
    return value;
}

template <typename T>
std::vector<T> limited(const Json& json, const char* key) {
    auto values = member_or(json, key, std::vector<T>());
    if (values.size() > max_texts) throw Error("%1 has more than 1000 entries", in_quotes(key));
    return values;
}

std::map<std::string, std::string> parameters_of(const Json& json) {
    const auto parameters = member_or(json, "parameters", std::map<std::string, std::string>());
    Overrides read;
    for (const auto& [name, value] : parameters) {
        const ParameterRule* rule = find_parameter(name);
        if (!rule || name != rule->name) throw Error("%1 is not a parameter", in_quotes(name));
        rule->read(value, read, "parameters");
    }
    return parameters;
}

/// The settings in the first line, and the file that a copy belongs to.
ProjectFile parse_head(std::string_view line, const Place& where) {
    if (line.size() > max_head_bytes) throw UsageError("%1: it is too long for the first line of a project.", where);
    try {
        const Json head = parse_json(line, where);
        if (!head.is_object() || !head.contains(version_key))
            throw Error("it does not say \"fanlight_project\", as a project does; import it as a prompt list");
        const int written = member<int>(head, version_key);
        if (written < 1) throw Error("%1 must be from 1", in_quotes(version_key));
        if (written > version) throw Error("a newer version of Fanlight has written it; install that one to open it");
        return {.settings = head.get<ProjectSettings>(), .rows = {}, .saved_as = text(head, "saved_as")};
    } catch (const Error& error) {
        const Sentence said = error.sentence().open();
        if (said.text().starts_with(where.text())) throw UsageError("%1.", said);
        throw UsageError("%1: %2.", where, said);
    }
}

}  // namespace

void to_json(Json& json, const DeviceChoice& choice) {
    json = {{"device", choice.device}, {"used", choice.used}, {"workers", choice.workers}};
}

void from_json(const Json& json, DeviceChoice& choice) {
    choice = {.device = text(json, "device"),
              .used = member_or(json, "used", true),
              .workers = counted(json, "workers", 0, 0, max_workers)};
}

void to_json(Json& json, const PlacementChoice& choice) {
    json = {{"mode", name_of(choice.mode)},       {"device_map", choice.device_map}, {"max_memory", choice.max_memory},
            {"replicas", choice.replicas},        {"stages", choice.stages},         {"num_chunks", choice.num_chunks},
            {"split_points", choice.split_points}};
}

void from_json(const Json& json, PlacementChoice& choice) {
    constexpr int most = PlacementChoice::most_parts;
    choice.mode = mode_named(text(json, "mode", name_of(Mode::Replicas)));
    choice.device_map = text(json, "device_map", "auto");
    choice.max_memory = text(json, "max_memory");
    choice.replicas = counted(json, "replicas", 0, 0, most);
    choice.stages = counted(json, "stages", 0, 0, most);
    choice.num_chunks = counted(json, "num_chunks", 0, 0, most);
    choice.split_points = text(json, "split_points", "auto");
}

void to_json(Json& json, const ProjectSettings& s) {
    json = {{"model", s.model},
            {"prediction", s.prediction},
            {"parameters", s.parameters},
            {"prefix", s.affixes.prefix},
            {"suffix", s.affixes.suffix},
            {"random_seed", s.random_seed},
            {"same_seed", s.same_seed},
            {"batch_size", s.batch_size},
            {"dtype", s.dtype},
            {"loras", s.loras},
            {"transformer", s.network},
            {"vae", s.vae},
            {"text_encoders", s.text_encoders},
            {"vae_tiling", s.vae_tiling},
            {"text_device", s.text_device},
            {"cfg_pairs", s.cfg_pairs},
            {"cache_embeddings", s.cache_embeddings},
            {"on_oom", name_of(s.on_oom)},
            {"weights", name_of(s.weights)},
            {"refiner", s.refiner},
            {"devices", s.devices},
            {"placement", s.placement},
            {"output_folder", s.output_folder}};
}

void from_json(const Json& json, ProjectSettings& s) {
    s.model = text(json, "model", "starter");
    s.prediction = name(json, "prediction", "", {"", "epsilon", "v_prediction", "flow"});
    s.parameters = parameters_of(json);
    s.affixes = {text(json, "prefix"), text(json, "suffix")};
    s.random_seed = member_or(json, "random_seed", false);
    s.same_seed = member_or(json, "same_seed", false);
    s.batch_size = counted(json, "batch_size", 1, 1, max_batch_size);
    s.dtype = name(json, "dtype", automatic_dtype, dtype_choices());
    s.loras = limited<std::string>(json, "loras");
    s.network = text(json, "transformer");
    s.vae = text(json, "vae");
    s.text_encoders = limited<std::string>(json, "text_encoders");
    s.vae_tiling = member_or(json, "vae_tiling", false);
    s.text_device = text(json, "text_device");
    s.cfg_pairs = member_or(json, "cfg_pairs", false);
    s.cache_embeddings = member_or(json, "cache_embeddings", false);
    s.on_oom = on_oom_named(name(json, "on_oom", "same", {"same", "any"}));
    s.weights = weight_form_named(name(json, "weights", "auto", weight_form_names()));
    s.refiner = member_or<std::string>(json, "refiner", "");
    s.devices = limited<DeviceChoice>(json, "devices");
    s.placement = member_or(json, "placement", PlacementChoice());
    s.output_folder = text(json, "output_folder");
}

std::string project_head(const ProjectSettings& settings, const std::string& saved_as) {
    Json head = settings;
    head[version_key] = version;
    if (!saved_as.empty()) head["saved_as"] = saved_as;
    return to_line(head);
}

ProjectFile parse_project(std::string_view text, const std::string& name) {
    const size_t end = std::min(text.find('\n'), text.size());
    ProjectFile project = parse_head(text.substr(0, end), Place(name).line(1));
    const std::string_view rows = text.substr(end);  // with its newline, so that lines keep their numbers
    if (!without_blanks(rows).empty()) project.rows = read_prompts(rows, ListFormat::JsonLines, name);
    return project;
}

ProjectFile read_project(const std::filesystem::path& file) {
    std::string text;
    try {
        text = read_file(file, max_file_bytes);
    } catch (const Error& error) {
        throw UsageError("%1.", error.sentence().open());
    }
    return parse_project(text, file.string());
}

}  // namespace fanlight
