#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace fanlight {

/// A command of the program: adds its options to `app` and returns what to do once they are parsed.
using Action = std::function<ExitCode()>;

Action add_generate(CLI::App& app);
Action add_text(CLI::App& app);
Action add_classify(CLI::App& app);
Action add_score(CLI::App& app);
Action add_plan(CLI::App& app);
Action add_launch(CLI::App& app);
Action add_config(CLI::App& app);
Action add_devices(CLI::App& app);
Action add_models(CLI::App& app);
Action add_samplers(CLI::App& app);
Action add_show(CLI::App& app);
Action add_attach(CLI::App& app);
Action add_add(CLI::App& app);
Action add_pause(CLI::App& app);
Action add_resume(CLI::App& app);
Action add_cancel(CLI::App& app);
Action add_queue(CLI::App& app);
Action add_queue_settings(CLI::App& app);
Action add_serve(CLI::App& app);
Action add_export(CLI::App& app);
Action add_replay(CLI::App& app);
Action add_verify(CLI::App& app);
Action add_gui(CLI::App& app);

/// Adds all of them to the program, in the order of its --help.
std::vector<std::pair<CLI::App*, Action>> add_commands(CLI::App& program);

}  // namespace fanlight
