#pragma once

#include "app/cli/generate_options.h"

namespace fanlight {

/// If --prompts names a project of the window (NAME.fanlight): takes its rows, and its settings for whatever the
/// options of `command` leave open. Throws UsageError naming the project if it cannot be read, or is made for a command
/// of another kind.
void take_project(const CLI::App& command, GenerateOptions& options);

/// The same for a command that adds rows to a run, whose settings they have: only rows, with what their prompts have in
/// common.
void take_rows_of_project(GenerateOptions& options);

}  // namespace fanlight
