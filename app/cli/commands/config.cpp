#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/say.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/launch_config.h"
#include "core/devices/device_list.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

struct ConfigOptions {
    std::string action, file;
    bool force = false;
};

LaunchConfig default_config() {
    const auto gpus = static_cast<std::ptrdiff_t>(usable_devices(list_devices(), "cuda").size());
    LaunchConfig config;
    config.num_processes = static_cast<int>(std::max<std::ptrdiff_t>(1, gpus));
    config.use_cpu = gpus == 0;
    return config;
}

/// One question: its key in the file, and whether it is relevant after the answers so far.
struct Question {
    const char* text;
    const char* key;
    std::function<bool(const LaunchConfig&)> matters;
    std::string (*usual)(const LaunchConfig&);
};

const std::vector<Question>& questions() {
    const auto always = [](const LaunchConfig&) { return true; };
    const auto several = [](const LaunchConfig& c) { return c.num_machines > 1; };
    const auto on_gpus = [](const LaunchConfig& c) { return !c.use_cpu; };
    static const std::vector<Question> table = {
        {"How many machines", "num_machines", always, [](const LaunchConfig&) { return std::string("1"); }},
        {"Number of this machine, from 0", "machine_rank", several,
         [](const LaunchConfig&) { return std::string("0"); }},
        {"Address of machine 0", "main_process_ip", several, [](const LaunchConfig&) { return std::string(); }},
        {"Port of machine 0", "main_process_port", several, [](const LaunchConfig&) { return std::string("29500"); }},
        {"Use no GPU (yes, no)", "use_cpu", always,
         [](const LaunchConfig&) { return std::string(default_config().use_cpu ? "yes" : "no"); }},
        {"How many processes on all machines", "num_processes", always,
         [](const LaunchConfig& c) { return std::to_string(*default_config().num_processes * c.num_machines); }},
        {"Which GPUs (all, or numbers such as 0,1)", "gpu_ids", on_gpus,
         [](const LaunchConfig&) { return std::string("all"); }},
        {"Precision (no, fp16, bf16)", "mixed_precision", always,
         [](const LaunchConfig&) { return std::string("no"); }},
    };
    return table;
}

/// Asks until the answers form a configuration.
LaunchConfig ask() {
    std::string answers;
    LaunchConfig config;
    for (const Question& question : questions()) {
        if (!question.matters(config)) continue;
        for (bool accepted = false; !accepted;) {
            const std::string usual = question.usual(config);
            std::cerr << question.text << (usual.empty() ? "" : " [" + usual + "]") << ": " << std::flush;
            std::string answer;
            if (!std::getline(std::cin, answer))
                throw UsageError("Not all questions were answered, so nothing was written");
            const std::string value(trimmed(answer));
            const std::string line = question.key + std::string(": \"") + (value.empty() ? usual : value) + "\"\n";
            try {
                config = parse_launch_config(answers + line, "The answer");
                answers += line;
                accepted = true;
            } catch (const UsageError& error) {
                say(sentence_of(error).open().text() + ".");
            }
        }
    }
    check_launch_config(config);
    return config;
}

ExitCode show_config(const fs::path& file) {
    const LaunchConfig config = read_launch_config(file);
    say(file.string());
    for (const std::string& note : config.notes) say(note + ".");
    std::fputs(to_yaml(config).c_str(), stdout);
    return ExitCode::Done;
}

ExitCode write(const fs::path& file, const LaunchConfig& config) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error) throw Error("Cannot create the folder %1: %2", file.parent_path(), error.message());
    replace_file(file, to_yaml(config));
    say("Written: " + file.string());
    return ExitCode::Done;
}

ExitCode config(const ConfigOptions& options) {
    const fs::path file = fs::absolute(options.file.empty() ? default_launch_config_file() : fs::path(options.file));
    if (options.force && options.action != "default")
        throw UsageError("--force belongs to fanlight config default, which otherwise replaces no file.");
    if (options.action == "show") return show_config(file);
    std::error_code ignored;
    if (options.action == "default" && fs::exists(file, ignored) && !options.force)
        throw UsageError("%1 exists already; fanlight config default --force replaces it", file);
    if (options.action == "default") return write(file, default_config());
    if (::isatty(STDIN_FILENO) != 1)
        throw UsageError("fanlight config asks questions, which takes a terminal; fanlight config default asks none");
    return write(file, ask());
}

}  // namespace

Action add_config(CLI::App& app) {
    const auto options = std::make_shared<ConfigOptions>();
    app.add_option("ACTION", options->action,
                   "default: write settings that suit this machine; show: print the settings")
        ->default_str("ask for each setting")
        ->check(CLI::IsMember({"default", "show"}));
    app.add_option("--config-file,--config_file", options->file, "The file to write or show")
        ->type_name("FILE")
        ->default_str("Accelerate's own");
    app.add_flag("--force", options->force, "Replace an existing file");
    add_examples(app, {"fanlight config default", "fanlight config show"});
    return [options] { return config(*options); };
}

}  // namespace fanlight
