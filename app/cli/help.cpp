#include "app/cli/help.h"

#include <algorithm>
#include <sstream>

#include "app/cli/text_layout.h"

namespace fanlight {

namespace {

constexpr size_t width = 100, text_column = 30;
constexpr const char* examples_title = "Examples:";

/// "  -W,--width N                In pixels …"
std::string entry(const std::string& name, const std::string& text) {
    std::string line = "  " + name;
    if (text.empty()) return line + "\n";
    if (line.size() + 2 > text_column) line += "\n";
    return (line.ends_with('\n') ? line + std::string(text_column, ' ') : padded(line, text_column)) +
           wrapped(text, width, text_column) + "\n";
}

class HelpFormatter : public CLI::Formatter {
public:
    HelpFormatter() {
        label("Positionals", "Arguments");
        label("OPTIONS", "options");
        label("SUBCOMMAND", "COMMAND");
        label("INT", "N");
        label("UINT", "N");
        label("FLOAT", "N");
    }

    /// Commands come before options, since they are what a program with commands is asked for.
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
        std::string text = make_description(app) + "\n" + make_usage(app, std::move(name)) + make_positionals(app) +
                           make_subcommands(app, mode);
        for (const std::string& group : app->get_groups()) {
            const auto options = app->get_options(
                [&](const CLI::Option* option) { return option->get_group() == group && option->nonpositional(); });
            if (!options.empty()) text += make_group(group, false, options);
        }
        return text + make_footer(app);
    }

    /// Without how many subcommands are required, which the usage shows.
    std::string make_description(const CLI::App* app) const override {
        return wrapped(app->get_description(), width) + "\n";
    }

    std::string make_usage(const CLI::App* app, std::string name) const override {
        std::string usage = Formatter::make_usage(app, std::move(name));
        if (app->get_prefix_command()) usage.insert(usage.find_last_not_of('\n') + 1, " COMMAND…");
        return usage;
    }

    std::string make_subcommand(const CLI::App* command) const override {
        return entry(command->get_name(), command->get_description());
    }

    std::string make_option(const CLI::Option* option, bool is_positional) const override {
        std::string text = option->get_description();
        if (const std::string usual = option->get_default_str(); !usual.empty()) text += " (default: " + usual + ")";
        return entry(make_option_name(option, is_positional) + make_option_opts(option), text);
    }

    /// "N", "FILE" or "pull|even"; options that may be repeated say so in words.
    std::string make_option_opts(const CLI::Option* option) const override {
        if (option->get_positional()) return option->get_expected_max() > 1 ? " …" : "";
        if (option->get_items_expected_max() == 0 || option->get_type_size() == 0) return "";
        const std::string type = option->get_type_name();
        const size_t colon = type.find(':');
        if (colon == std::string::npos || type[colon + 1] != '{') return " " + get_label(type.substr(0, colon));
        std::string choices = type.substr(colon + 2, type.find('}') - colon - 2);
        std::replace(choices.begin(), choices.end(), ',', '|');
        return " " + choices;
    }

    std::string make_footer(const CLI::App* app) const override {
        std::istringstream lines(app->get_footer());
        std::string text;
        for (std::string line; std::getline(lines, line);)
            text += (line.starts_with(' ') ? line : wrapped(line, width)) + "\n";
        return text.empty() ? "" : "\n" + text;
    }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter() { return std::make_shared<HelpFormatter>(); }

void begin_group(CLI::App& app, const char* title) { app.option_defaults()->group(title); }

void add_examples(CLI::App& app, std::initializer_list<const char*> lines) {
    std::string text = app.get_footer();
    text += (text.empty() ? "" : "\n\n") + std::string(examples_title);
    for (const char* line : lines) text += std::string("\n  ") + line;
    app.footer(text);
}

void put_help_last(CLI::App& app) { app.set_help_flag("-h,--help", "Print this help and exit")->group("Options"); }

}  // namespace fanlight
