#include "app/cli/project_options.h"

#include <algorithm>
#include <utility>

#include "core/batch/parameter_rules.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/project/chosen_devices.h"

namespace fanlight {

namespace {

/// A setting of a project, and the options that go before it.
struct Setting {
    const char* option;
    void (*take)(GenerateOptions& options, const ProjectSettings& project);
    const char* other = nullptr;
};

constexpr Setting settings[] = {
    {"--mode", [](auto& o, auto& project) { o.mode = name_of(project.placement.mode); }},  // the first: see below
    {"--model", [](auto& o, auto& project) { o.request.model = project.model; }},
    {"--prediction", [](auto& o, auto& project) { o.request.prediction = project.prediction; }, "--model"},
    {"--prefix", [](auto& o, auto& project) { o.request.affixes.prefix = project.affixes.prefix; }},
    {"--suffix", [](auto& o, auto& project) { o.request.affixes.suffix = project.affixes.suffix; }},
    {"--same-seed", [](auto& o, auto& project) { o.request.same_seed = project.same_seed; }},
    {"--batch-size",
     [](auto& o, auto& project) {
         if (project.batch_size != ProjectSettings().batch_size) o.request.batch_size = project.batch_size;
     }},
    {"--dtype", [](auto& o, auto& project) { o.request.dtype = project.dtype; }, "--tf32"},
    {"--lora", [](auto& o, auto& project) { o.request.loras = project.loras; }},
    {"--transformer", [](auto& o, auto& project) { o.request.network = project.network; }},
    {"--vae", [](auto& o, auto& project) { o.request.vae = project.vae; }},
    {"--text-encoder", [](auto& o, auto& project) { o.request.text_encoders = project.text_encoders; }},
    {"--vae-tiling", [](auto& o, auto& project) { o.request.vae_tiling = project.vae_tiling; }},
    {"--text-device", [](auto& o, auto& project) { o.request.text_device = project.text_device; }},
    {"--cfg-devices",
     [](auto& o, auto& project) {
         if (project.cfg_pairs)
             o.request.cfg_devices = chosen_pairs(std::exchange(o.request.devices, "all"), list_devices());
     },
     "--devices"},
    {"--cache-embeddings", [](auto& o, auto& project) { o.request.cache_embeddings = project.cache_embeddings; }},
    {"--on-oom", [](auto& o, auto& project) { o.request.on_oom = project.on_oom; }},
    {"--weights", [](auto& o, auto& project) { o.request.weights = project.weights; }},
    {"--refiner", [](auto& o, auto& project) { o.request.refiner = project.refiner; }},
    {"--output", [](auto& o, auto& project) { o.new_folders = project.output_folder; }},
    {"--device-map", [](auto& o, auto& project) { o.device_map = project.placement.device_map; }},
    {"--replicas", [](auto& o, auto& project) { o.replicas = project.placement.replicas; }},
    {"--stages", [](auto& o, auto& project) { o.stages = project.placement.stages; }},
    {"--num-chunks", [](auto& o, auto& project) { o.num_chunks = project.placement.num_chunks; }},
    {"--split-points", [](auto& o, auto& project) { o.split_points = project.placement.split_points; }},
    {"--max-memory",
     [](auto& o, auto& project) {
         if (!project.placement.max_memory.empty()) o.max_memory = {project.placement.max_memory};
     }},
};

/// A parameter that is given takes the place of this one, too, by rule name.
constexpr struct { const char *given, *replaced; } replacements[] = {{"literal", "emphasis"}, {"emphasis", "literal"}};

bool is_given(const CLI::App& command, const char* option) {
    const CLI::Option* known = option ? command.get_option_no_throw(option) : nullptr;
    return known && known->count() > 0;
}

void take_parameters(PlanRequest& request, const ProjectSettings& project) {
    std::map<std::string, std::string> own = project.parameters;
    if (project.random_seed) own["seed"] = "-1";
    for (const auto& [given, replaced] : replacements)
        if (request.parameters.contains(given)) own.erase(replaced);
    request.parameters.merge(own);  // what is there stays
}

/// Throws UsageError unless the project's model does what the command asks for. One that is not there does not matter
/// if another is named.
void check_task(const ProjectSettings& project, const std::string& asked, bool names_another) {
    ModelCard card;
    try {
        card = find_model(project.model, resources_folder(), "", project.prediction);
    } catch (const Error&) {
        if (names_another) return;
        throw;
    }
    task_of(card, asked);
}

std::string devices_of(const ProjectSettings& project) {
    std::string devices = chosen_devices(project.devices, list_devices());
    if (devices.empty())
        throw UsageError("All devices of this machine are switched off in it; name some with --devices");
    return devices;
}

/// nullopt: it is something else.
std::optional<ProjectFile> project_in(const GenerateOptions& o) {
    if (normalised_name(std::filesystem::path(o.prompt_file).extension().string()) != project_suffix)
        return std::nullopt;
    if (!o.list.renamed.empty() || !o.list.ignored.empty())
        throw UsageError("%1 is a project, whose columns are known; give it without --columns and --ignore-columns.",
                         o.prompt_file);
    return read_project(o.prompt_file);
}

}  // namespace

void take_rows_of_project(GenerateOptions& o) {
    std::optional<ProjectFile> file = project_in(o);
    if (!file) return;
    for (PromptRow& row : file->rows) row.prompt = affixed(file->settings.affixes, row.prompt);
    o.project_rows = std::move(file->rows);
}

void take_project(const CLI::App& command, GenerateOptions& o) {
    std::optional<ProjectFile> file = o.resume.empty() ? project_in(o) : std::nullopt;
    if (!file) return;
    const ProjectSettings& project = file->settings;
    try {
        check_task(project, o.request.task, is_given(command, "--model"));
        if (!is_given(command, "--devices") && !is_given(command, "--cfg-devices"))
            o.request.devices = devices_of(project);
    } catch (const Error& error) {
        throw UsageError("%1: %2.", o.prompt_file, error.sentence().open());
    }
    for (const auto& [option, take, other] : settings)
        if (!is_given(command, option) && !is_given(command, other) && is_of_mode(option, o.mode)) take(o, project);
    take_parameters(o.request, project);
    o.project_rows = std::move(file->rows);
}

}  // namespace fanlight
