// fanlight-manual FOLDER: writes the reference pages of the user's manual, options.md and columns.md, from the options
// that the command line accepts and the table of parameters. packaging/dev manual runs it; tst_manual compares.

#include <cstdio>
#include <filesystem>
#include <optional>
#include <regex>

#include "app/cli/command.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/batch/classify_task.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/score_task.h"
#include "core/batch/text_task.h"
#include "core/output/manifest.h"

namespace {

using namespace fanlight;

/// A kind of task, the command that makes it, and what the manual calls its lists.
struct Maker {
    std::string_view task;
    const char* command;
    const char* title;
};
constexpr Maker makers[] = {{ImageTask::kind, "generate", "Lists of images"},
                            {TextTask::kind, "text", "Lists of prompts for texts"},
                            {ClassifyTask::kind, "classify", "Lists of texts to label"},
                            {ScoreTask::kind, "score", "Lists of texts to score"}};

/// What a parameter is where neither a list nor an option sets it. The others are the model's to say.
struct ParameterDefault {
    std::string_view name;
    const char* value;
    std::string_view task = {};  ///< empty: of all that have it
};
constexpr ParameterDefault parameter_defaults[] = {{"negative_prompt", "empty"},
                                                   {"seed", "counts up from `--seed`"},
                                                   {"emphasis", "original"},
                                                   {"prompt_2", "the prompt"},
                                                   {"negative_prompt_2", "the negative prompt"},
                                                   {"true_cfg_scale", "1"},
                                                   {"clip_skip", "0"},
                                                   {"original_size", "the image's own"},
                                                   {"crop", "0,0"},
                                                   {"eta", "the sampler's"},
                                                   {"shift", "the model's"},
                                                   {"rescale_cfg", "0"},
                                                   {"cfg_end", "1"},
                                                   {"refiner_switch", "0.8 with a refiner"},
                                                   {"subseed", "0"},
                                                   {"subseed_strength", "0"},
                                                   {"timesteps", "those of the schedule"},
                                                   {"literal", "no"},
                                                   {"images", "1"},
                                                   {"styles", "none"},
                                                   {"model", "the run's"},
                                                   {"loras", "the run's"},
                                                   {"samples", "1"},
                                                   {"prompt_template", "none"},
                                                   {"stop", "none"},
                                                   {"labels", "none"},
                                                   {"text_pair", "none"},
                                                   {"top_k", "all", ClassifyTask::kind},
                                                   {"special_tokens", "true"},
                                                   {"truncate", "neither: it is refused"}};

std::string default_of(const ParameterRule& rule) {
    for (const ParameterDefault& known : parameter_defaults)
        if (known.name == rule.name && (known.task.empty() || rule.is_for(known.task))) return known.value;
    return "the model's";
}

/// What parameters are that no option is called like.
constexpr std::pair<std::string_view, const char*> parameter_meanings[] = {
    {"do_sample", "Sample; false: always the most likely token, as with `--greedy`"},
    {"styles",
     "Names of [styles](lists.md#styles) with semicolons between them, applied one after the other; none: not even "
     "those of `--style`"},
    {"model", "The row's [own model](lists.md#models-and-loras-of-single-rows), as `--model` takes it"},
    {"loras",
     "The row's own LoRAs in place of the run's, with semicolons between them: `ink:0.8; detail`; none: not even those "
     "of "
     "`--lora`"},
    {"special_tokens",
     "Special tokens that are written in a prompt are read as such; false: as `--no-special-tokens`"}};

/// In Markdown; empty: an option tells.
std::string meaning_of(const ParameterRule& rule) {
    for (const auto& [name, meaning] : parameter_meanings)
        if (name == rule.name) return meaning;
    return "";
}

/// Text as a cell of a table in Markdown.
std::string cell(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '|' || c == '<' || c == '*' || c == '_' || c == '[' || c == ']') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string code(const std::string& text) { return "`" + text + "`"; }

/// An option's --help, taken apart.
struct Help {
    std::string meaning;
    std::string initial;  ///< what it says of the default; empty: nothing
};

/// Defaults are told in four ways: "(default: 42; -1: a random one)", "; default: the model's", "auto (default): …" and
/// "original (the default)".
Help help_of(const CLI::Option& option) {
    static const std::regex told("(?: *\\(|; )default:? ([^();]+)(; [^()]+)?(?:\\)|$)"),
        marked("([\\w-]+) \\((?:the )?default\\)");
    Help help{option.get_description(), ""};
    std::smatch found;
    if (std::regex_search(help.meaning, found, told)) {
        help.initial = found[1];
        help.meaning = found.prefix().str() + found[2].str() + found.suffix().str();
    } else if (std::regex_search(help.meaning, found, marked)) {
        help.initial = found[1];
        help.meaning = found.prefix().str() + found[1].str() + found.suffix().str();
    }
    return help;
}

/// "steps must be a whole number from 1 to 1000, not …": what a rule demands, by what it says of a value that is none;
/// nullopt: it takes any text.
std::optional<std::string> demand_of(const ParameterRule& rule) {
    try {
        Overrides ignored;
        rule.read("?", ignored, "");
        return std::nullopt;
    } catch (const UsageError& error) {
        static const std::regex demand(" must be (.*), not \"");
        const std::string sentence = error.what();
        std::smatch found;
        return std::regex_search(sentence, found, demand) ? found[1].str() : sentence;
    }
}

/// What an option's words may be: "TEXT:{pull,even}" and "INT:INT in [1 - 1024]" for CLI11.
std::string values_of(const CLI::Option& option) {
    static const std::regex choice(".*\\{(.*)\\}"), range(".* in \\[(.*) - (.*)\\]");
    if (option.get_items_expected_max() == 0) return "";
    const std::string type = option.get_type_name();
    std::smatch found;
    if (std::regex_match(type, found, choice)) return std::regex_replace(found[1].str(), std::regex(","), ", ");
    if (std::regex_match(type, found, range))
        return found[1].str() + " to " + (found[2] == "1e+06" ? "1000000" : found[2].str());
    return type == "TEXT" ? "text" : type == "FLOAT" ? "a number" : type == "INT" ? "a whole number" : type;
}

/// The parameter that an option of this command sets; nullptr: none. `--model` and `--lora` are the run's, and the
/// parameters a row's.
const ParameterRule* rule_of(const CLI::Option& option, const std::string& command) {
    for (const Maker& maker : makers) {
        if (command != maker.command && command != "plan") continue;
        for (const std::string& name : option.get_lnames())
            if (const ParameterRule* rule = find_parameter(name, maker.task))
                return rule->name == std::string_view("model") || rule->name == std::string_view("loras") ? nullptr
                                                                                                          : rule;
    }
    return nullptr;
}

std::string default_of(const CLI::Option& option, const Help& help, const ParameterRule* rule) {
    const std::string captured = option.get_default_str();
    if (!captured.empty() && captured != "0" && captured != "[]" && captured != "\"\"") return captured;
    if (!help.initial.empty()) return help.initial;
    if (option.get_required()) return "required";
    if (option.get_items_expected_max() == 0) return "off";
    if (rule) return default_of(*rule);
    return "none";
}

std::string names_of(const CLI::Option& option) {
    if (option.get_positional()) return code(option.get_name());
    std::vector<std::string> names;
    for (const std::string& name : option.get_snames()) names.push_back(code("-" + name));
    for (const std::string& name : option.get_lnames())
        if (name.find('_') == std::string::npos) names.push_back(code("--" + name));  // Accelerate's spelling
    return join(names, ", ");
}

/// A footer of --help, whose examples become a block of code.
std::string in_markdown(const std::string& footer) {
    const std::string examples = std::regex_replace(footer, std::regex("Examples:\n"), "Examples:\n\n");
    return std::regex_replace(examples, std::regex("\n  (?=\\S)"), "\n    ");
}

/// A command with its options, then its commands; `path`: its whole name, "queue move".
void describe(CLI::App& command, const std::string& path, int level, std::string& page) {
    page += "\n" + std::string(level, '#') + " " + path + "\n\n" + command.get_description() + ".\n";
    std::string rows;
    for (CLI::Option* option : command.get_options()) {
        if (option == command.get_help_ptr() || option->get_group().empty()) continue;
        const ParameterRule* rule = rule_of(*option, path);
        const Help help = help_of(*option);
        const std::string values =
            rule && option->get_items_expected_max() > 0 ? demand_of(*rule).value_or("text") : values_of(*option);
        rows += "| " + names_of(*option) + " | " + cell(values) + " | " + cell(default_of(*option, help, rule)) +
                " | " + cell(help.meaning) + " |\n";
    }
    if (!rows.empty()) page += "\n| option | value | default | meaning |\n|---|---|---|---|\n" + rows;
    if (const std::string footer = command.get_footer(); !footer.empty()) page += "\n" + in_markdown(footer) + "\n";
    for (CLI::App* sub : command.get_subcommands([](const CLI::App*) { return true; }))
        describe(*sub, path + " " + sub->get_name(), level + 1, page);
}

std::string options_page(CLI::App& program) {
    std::string page =
        "# Options\n\n"
        "Every command of `fanlight` and every option, with its default. `fanlight COMMAND --help` prints the same "
        "for\n"
        "one command. \"The model's\" means: what the model's own files say.\n\n"
        "| command | does |\n|---|---|\n";
    const auto commands = program.get_subcommands([](const CLI::App*) { return true; });
    for (const CLI::App* command : commands)
        page += "| [" + command->get_name() + "](#" + command->get_name() + ") | " + cell(command->get_description()) +
                " |\n";
    for (CLI::App* command : commands) describe(*command, command->get_name(), 2, page);
    return page;
}

/// What a parameter means, by the option that is called like it. Throws Error if there is none.
Help help_of(const ParameterRule& rule, const CLI::App& command) {
    std::string name = rule.name;
    std::replace(name.begin(), name.end(), '_', '-');
    if (const CLI::Option* option = command.get_option_no_throw("--" + name)) return help_of(*option);
    throw Error("Nothing says what the parameter %1 means; add it to parameter_meanings", rule.name);
}

std::string parameter_row(const ParameterRule& rule, const CLI::App& command) {
    std::string meaning = meaning_of(rule), initial = default_of(rule);
    if (meaning.empty()) {
        const Help help = help_of(rule, command);
        meaning = cell(help.meaning);
        if (!help.initial.empty()) initial = help.initial;
    }
    std::vector<std::string> aliases;
    for (const char* alias : rule.aliases) aliases.push_back(code(alias));
    return "| " + code(rule.name) + " | " + join(aliases, ", ") + " | " + cell(demand_of(rule).value_or("text")) +
           " | " + cell(initial) + " | " + meaning + " |\n";
}

/// Columns of manifests that describe a result and set nothing.
std::vector<std::string> descriptive_columns() {
    std::vector<std::string> names;
    const std::string header = manifest_csv({});
    for (size_t begin = 0, end = 0; begin < header.size(); begin = end + 1) {
        end = header.find_first_of(",\n", begin);
        const std::string name = header.substr(begin, end - begin);
        if (is_known_column(name)) names.push_back(code(name));
    }
    return names;
}

std::string columns_page(const CLI::App& program) {
    std::string page =
        "# Columns\n\n"
        "Every column of a [prompt list](lists.md), which is also a key of JSON lines and an option in text files. "
        "Names\n"
        "may be written in any case, with blanks or dashes for `_`: `CFG scale` is `cfg_scale`. An empty cell takes "
        "the\n"
        "value of the command line or the window, else the default.\n";
    for (const Maker& maker : makers) {
        page += "\n## " + std::string(maker.title) + "\n\nFor `fanlight " + maker.command +
                "`.\n\n| column | other names | value | default | meaning |\n|---|---|---|---|---|\n"
                "| `prompt` |  | text | required | What to make or to read |\n";
        for (const ParameterRule& rule : parameter_rules())
            if (rule.is_for(maker.task)) page += parameter_row(rule, *program.get_subcommand(maker.command));
    }
    page += "\n## Columns that set nothing\n\nManifests can be read back as lists. Of their columns, " +
            listed(descriptive_columns()).text() +
            "\ndescribe a finished image and set nothing. Rows that tell of finished images are made with the run's "
            "model,\n"
            "whatever their column `model` says, and Fanlight says so; [`fanlight replay`](run-folder.md#replay-a-run) "
            "makes\n"
            "them with their own. Their LoRAs are used if they are here and for the model.\n\n"
            "In lists of texts, other columns are yours: they come back with the results.\n";
    return page;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("Usage: fanlight-manual FOLDER\n", stderr);
        return 2;
    }
    try {
        CLI::App program;
        program.option_defaults()->always_capture_default();
        add_commands(program);
        const std::filesystem::path folder = argv[1];
        replace_file(folder / "options.md", options_page(program));
        replace_file(folder / "columns.md", columns_page(program));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fanlight-manual: %s\n", error.what());
        return 1;
    }
}
