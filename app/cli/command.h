#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "core/base/error.h"

namespace fanlight {

/// A command of the program: adds its options to `app` and returns what to do once they are parsed.
using Action = std::function<ExitCode()>;

Action add_generate(CLI::App& app);
Action add_devices(CLI::App& app);
Action add_models(CLI::App& app);
Action add_samplers(CLI::App& app);
Action add_show(CLI::App& app);

/// The folder with the starter model: $FANLIGHT_RESOURCES, or beside the program as it is built or installed.
std::filesystem::path resources_folder();

/// The program's own path.
std::filesystem::path program_path();

}  // namespace fanlight
