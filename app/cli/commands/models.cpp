#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/generate_options.h"
#include "app/cli/help.h"
#include "app/cli/say.h"
#include "app/cli/text_layout.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/wait_notice.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/config/settings.h"
#include "core/devices/memory_budget.h"

namespace fanlight {

namespace {

struct ModelsOptions {
    std::vector<std::string> dirs;
    std::string added, removed;
    bool json = false;
};

/// The settings name folders by their whole path, since they hold wherever the program is started.
std::string whole_path(const std::string& dir) {
    const std::filesystem::path path = std::filesystem::absolute(dir).lexically_normal();
    std::string text = path.has_filename() ? path.string() : path.parent_path().string();
    if (first_invalid_utf8(text) != std::string::npos)
        throw UsageError("%1 cannot be remembered, since its name is not UTF-8; rename it, or link to it.", text);
    return text;
}

void remember(const std::string& dir) {
    const std::string path = whole_path(dir);
    ModelPlaces(resources_folder(), {path});  // refuses what is not there
    change_settings([&](Settings& settings) {
        auto& dirs = settings.models_dirs;
        if (std::find(dirs.begin(), dirs.end(), path) == dirs.end()) dirs.push_back(path);
    });
}

void forget(const std::string& dir) {
    const std::string path = whole_path(dir);
    change_settings([&](Settings& settings) {
        if (std::erase(settings.models_dirs, path) > 0) return;
        if (settings.models_dirs.empty()) throw UsageError("No folder with more models is remembered.");
        throw UsageError("%1 is not among the folders that are remembered, which are %2.", path,
                         listed(settings.models_dirs));
    });
}

/// The ids of the devices that can hold the weights.
std::vector<std::string> devices_for(const ListedModel& model, const std::vector<Device>& devices) {
    std::vector<std::string> ids;
    for (const Device& device : devices)
        if (device.problem.empty() && weight_bytes_on(model, device.kind) <= device.memory_total)
            ids.push_back(device.id);
    return ids;
}

Json model_json(const ListedModel& model, const std::vector<std::string>& fitting) {
    return {{"name", model.name},       {"path", model.folder.string()},
            {"family", model.family},   {"task", model.task},
            {"dtype", model.dtype},     {"bytes", model.weight_bytes},
            {"fits", fitting},          {"problem", model.problem.text()},
            {"note", model.note.text()}};
}

/// Of the columns before the size, in characters. A very long name pushes its own line to the right, not all others.
struct Widths {
    size_t name = 32, family = 16, dtype = 9;

    void fit(const ListedModel& model) {
        constexpr size_t most = 60;
        name = std::max(name, std::min(most, characters_in(printable(model.name))));
        family = std::max(family, std::min(most, characters_in(printable(model.family))));
        dtype = std::max(dtype, characters_in(model.dtype));
    }
};

void print_model(const ListedModel& model, const std::vector<std::string>& fitting, const Widths& widths) {
    std::string rest;
    if (!model.problem.empty())
        rest = "cannot be used: " + printable_sentence(model.problem.text());
    else
        rest = (fitting.empty() ? "fits on no device" : "fits on " + join(fitting, ", ")) +
               (model.note.empty() ? "" : "; " + printable_sentence(model.note.text()));
    std::printf("%s %s %s %10s  %s  %s\n", padded(printable(model.name), widths.name).c_str(),
                padded(printable(model.family), widths.family).c_str(), padded(model.dtype, widths.dtype).c_str(),
                memory_text(static_cast<uint64_t>(model.weight_bytes)).c_str(),
                printable(model.folder.string()).c_str(), rest.c_str());
}

/// What has not been read before takes a while: a thousand checkpoints about half a minute.
std::vector<ListedModel> models_in(const ModelPlaces& places) {
    const WaitNotice notice("Reading what kinds of models there are");
    return list_models(places);
}

}  // namespace

Action add_models(CLI::App& app) {
    const auto options = std::make_shared<ModelsOptions>();
    add_models_dir(app, options->dirs);
    app.add_option("--add-dir", options->added,
                   "Remember such a folder: it is searched from now on, by the window, too")
        ->type_name("DIR")
        ->default_str("none");
    app.add_option("--remove-dir", options->removed, "Search such a folder no longer")
        ->type_name("DIR")
        ->default_str("none");
    app.add_flag("--json", options->json, "Print one JSON object per model");
    app.footer(
        "A model fits on a device that can hold its weights, in float32 on a CPU and in 16 bits on a GPU. "
        "fanlight plan says what a run needs.");
    add_examples(app, {"fanlight models", "fanlight models --add-dir ~/ComfyUI"});
    return [options] {
        if (!options->added.empty()) remember(options->added);
        if (!options->removed.empty()) forget(options->removed);
        const ModelPlaces places(resources_folder(), options->dirs);
        for (const Sentence& problem : places.problems) say(problem.text());
        const std::vector<Device> devices = list_devices();
        const std::vector<ListedModel> models = models_in(places);
        Widths widths;
        for (const ListedModel& model : models) widths.fit(model);
        for (const ListedModel& model : models) {
            const std::vector<std::string> fitting = devices_for(model, devices);
            if (options->json)
                std::cout << to_line(model_json(model, fitting)) << '\n';
            else
                print_model(model, fitting, widths);
        }
        return ExitCode::Done;
    };
}

}  // namespace fanlight
