#include "app/cli/command_line.h"

#include <QCoreApplication>
#include <algorithm>
#include <regex>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/generate_options.h"
#include "app/cli/help.h"
#include "app/cli/say.h"
#include "core/base/text.h"

namespace {

using namespace fanlight;

struct Command {
    const char* group;
    const char* name;
    const char* description;
    Action (*add)(CLI::App&);
};

constexpr const char *make = "Make", *runs = "Runs", *machine = "This machine", *files = "Files";

constexpr Command commands[] = {
    {make, "generate", "Make images from prompts", &add_generate},
    {make, "text", "Make texts from prompts with a language model", &add_text},
    {make, "classify", "Label texts, or fill in their masked words", &add_classify},
    {make, "score", "Score how likely texts are, or which label continues them best", &add_score},
    {make, "plan", "Compare ways to place a model on devices, before anything is loaded", &add_plan},
    {make, "launch", "Run a command in several processes, on one or more machines", &add_launch},
    {make, "replay", "Make finished images or texts again, and compare", &add_replay},
    {make, "gui", "Open the window", &add_gui},
    {runs, "queue", "List and change the queue and the known runs", &add_queue},
    {runs, "attach", "Watch a running run", &add_attach},
    {runs, "add", "Append items to a running run", &add_add},
    {runs, "pause", "Pause a run; items already begun are finished", &add_pause},
    {runs, "resume", "Continue a paused run", &add_resume},
    {runs, "cancel", "End a run; it can be finished later", &add_cancel},
    {runs, "serve", "Make the queued runs in the background, as the window has it done", &add_serve},
    {machine, "devices", "List the devices of this machine", &add_devices},
    {machine, "models", "List the models on this machine", &add_models},
    {machine, "samplers", "List samplers and schedules", &add_samplers},
    {machine, "config", "Write or show the settings of fanlight launch", &add_config},
    {files, "show", "Show how a PNG was made", &add_show},
    {files, "verify", "Check a run's images or texts against their checksums", &add_verify},
    {files, "export", "Export a run's images to a ZIP file, a folder or a contact sheet", &add_export},
};

/// Values that belong to an option and would be taken for prompts: what they look like, and the options they are for.
struct ValueForm {
    std::regex pattern;
    std::vector<std::string> options;  ///< the first one, if none of them was given before
};

const std::vector<ValueForm>& value_forms() {
    static const std::vector<ValueForm> forms = {
        {std::regex("(cpu|disk|cuda(:[0-9]+)?)=\\S+"), {"--max-memory", "--assume", "--reserve-memory"}},
        {std::regex("\\S+\\.safetensors(:[+-]?[0-9.]+)?"), {"--lora"}},
        {std::regex("[^=,]+=(prompt|negative_prompt|seed|steps|cfg_scale|width|height)(,[^=,]+=[a-z_]+)*"),
         {"--columns"}},
    };
    return forms;
}

/// Refuses a second value after an option that takes one: `--max-memory cuda:0=4GB cuda:1=8GB`. A list may hold any
/// prompt.
void check_stray_value(const std::vector<std::string>& words, size_t at) {
    constexpr size_t longest = 1000;
    for (const ValueForm& form : value_forms()) {
        if (words[at].size() > longest || !std::regex_match(words[at], form.pattern)) continue;
        const auto is_meant = [&](const std::string& word) {
            return std::find(form.options.begin(), form.options.end(), word.substr(0, word.find('='))) !=
                   form.options.end();
        };
        const auto before = std::find_if(words.rend() - static_cast<std::ptrdiff_t>(at), words.rend(), is_meant);
        const std::string option = before == words.rend() ? form.options.front() : before->substr(0, before->find('='));
        throw UsageError("\"%1\" is not a prompt; give each value an option of its own: %2 %3.", words[at], option,
                         words[at]);
    }
}

/// Words that CLI11 would read as something else are marked where a command takes prompts: those in brackets, unless
/// they are the value of an option, and all behind "--", which it would not take after other prompts. In the order in
/// which it wants them.
std::vector<std::string> marked_words(int argc, char** argv, const CLI::App& app) {
    std::vector<std::string> words(argv + std::min(1, argc), argv + argc);
    const bool names_command = !words.empty() && !words.front().starts_with('-');
    const CLI::App* command = names_command ? app.get_subcommand(words.front()) : nullptr;
    const auto has = [&](const char* name) { return command && command->get_option_no_throw(name) != nullptr; };
    const bool takes_prompts = has("PROMPT") || has("WORDS");  // launch passes its words on as they are
    const auto end = takes_prompts ? std::find(words.begin(), words.end(), "--") : words.end();
    for (auto word = end; word != words.end(); ++word) word->insert(0, 1, as_it_is);
    const auto before_end = static_cast<size_t>(end - words.begin());
    if (end != words.end()) words.erase(end);
    for (size_t i = 1; i < before_end && takes_prompts; ++i) {
        const CLI::Option* before = command->get_option_no_throw(words[i - 1]);
        const bool is_value = words[i - 1].starts_with('-') && before && before->get_items_expected_max() > 0;
        if (is_value || words[i].starts_with('-')) continue;
        check_stray_value(words, i);
        if (words[i].starts_with('[')) words[i].insert(0, 1, as_it_is);
    }
    std::reverse(words.begin(), words.end());
    return words;
}

ExitCode run(int argc, char** argv) {
    CLI::App app("Fanlight makes large batches of images and texts from prompt lists on every GPU of a workstation.",
                 "fanlight");
    app.formatter(help_formatter());
    app.set_version_flag("--version", std::string("fanlight ") + FANLIGHT_VERSION, "Print the version and exit");
    put_help_last(app);
    app.require_subcommand(1);
    const auto actions = add_commands(app);
    add_examples(app, {"fanlight generate \"a dog\" \"a cat\" -o pets"});
    const std::string wanted = argc > 1 ? argv[1] : "";
    const auto is_wanted = [&](const Command& command) { return wanted == command.name; };
    if (!wanted.starts_with('-') && std::none_of(std::begin(commands), std::end(commands), is_wanted)) {
        std::vector<std::string> names;
        for (const Command& command : commands) names.emplace_back(command.name);
        if (wanted.empty()) throw UsageError("A command is missing; the commands are %1.", listed(names));
        throw UsageError("There is no command \"%1\"; the commands are %2.", wanted, listed(names));
    }
    try {
        app.parse(marked_words(argc, argv, app));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return static_cast<ExitCode>(app.exit(error));  // --help, --version
        throw UsageError("%1; see fanlight %2--help", sentence_of(error), wanted.starts_with('-') ? "" : wanted + " ");
    }
    for (const auto& [sub, action] : actions)
        if (sub->parsed()) return action();
    return ExitCode::BadUsage;
}

}  // namespace

std::vector<std::pair<CLI::App*, Action>> fanlight::add_commands(CLI::App& program) {
    std::vector<std::pair<CLI::App*, Action>> actions;
    for (const Command& command : commands) {
        CLI::App* added = program.add_subcommand(command.name, command.description);
        actions.emplace_back(added, command.add(*added));
        added->group(command.group);
        put_help_last(*added);
    }
    return actions;
}

int fanlight::run_command_line(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    try {
        return static_cast<int>(run(argc, argv));
    } catch (const Error& error) {
        std::fprintf(stderr, "fanlight: %s\n", error.what());  // made fit for a terminal already; a list's has lines
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        say(std::string("fanlight: ") + error.what());
        return static_cast<int>(ExitCode::Failed);
    }
}
