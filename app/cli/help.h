#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <memory>

namespace fanlight {

/// Lays out --help: commands and options in their groups, what each does and its default (Option::default_str) in
/// lines that fit a terminal, and examples at the end.
std::shared_ptr<CLI::FormatterBase> help_formatter();

/// Lists the options that are added to `app` from now on under this title.
void begin_group(CLI::App& app, const char* title);

/// Ends the help of a command with these command lines.
void add_examples(CLI::App& app, std::initializer_list<const char*> lines);

/// Lists --help after all other options, when these have been added.
void put_help_last(CLI::App& app);

}  // namespace fanlight
