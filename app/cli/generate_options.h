#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/make_run.h"
#include "core/devices/placement.h"
#include "core/plan/make_plan.h"

namespace fanlight {

/// What the command line says of the prompt list's columns.
struct ListOptions {
    std::vector<std::string> renamed;
    std::string ignored;
};

/// The options of commands that make images or predict how they would be made.
struct GenerateOptions {
    PlanRequest request;
    std::vector<std::string> prompts;
    std::vector<std::string> reserve_memory;
    ListOptions list;
    std::string prompt_file, mode = "replicas", split = "pull";
    std::optional<std::vector<PromptRow>> project_rows;  ///< of the project that is the prompt file
    std::string output, resume;
    std::string new_folders;  ///< where a run folder is made that is not named; empty: here
    bool dry_run = false, remake_culled = false, prepare = false, gather = false, csv = false;
    ReportOptions report;

    std::string device_map = "auto", split_points = "auto";
    std::vector<std::string> max_memory;
    int replicas = 0, stages = 0, num_chunks = 0, num_machines = 1, num_processes = 0;
    bool gather_output = false;
};

/// A command-line option that sets a parameter of parameter_rules().
struct ParameterOption {
    const char* group;  ///< of --help
    const char* flags;
    const char* value;  ///< what follows it: "N", "left|right"
    const char* rule;
    const char* usual;  ///< what is used without it
    const char* help;
};
/// The default of parameters that models have their own values for.
inline constexpr const char* of_model = "the model's";

void add_parameter_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& options,
                           std::span<const ParameterOption> table);

/// CLI11 takes a word in brackets for a list, wherever several words may stand. One that begins with this is taken as
/// it is, without it: see command_line.
inline constexpr char as_it_is = '\x01';

std::string without_mark(std::string word);

/// Prompts as words of the command line, as they are.
void add_prompts(CLI::App& app, std::vector<std::string>& prompts, const std::string& description);

/// --models-dir
void add_models_dir(CLI::App& app, std::vector<std::string>& dirs);

/// What the columns of a prompt list mean.
void add_list_options(CLI::App& app, ListOptions& options);

/// --same-seed
void add_same_seed(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// What a run says when it begins, to standard error.
void print_notes(const RunPlan& plan);

/// Prompts, parameters and devices of images.
void add_request_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// --name-pattern
/// Adds --weights.
void add_weights(CLI::App& app, WeightForm& weights);

void add_name_pattern(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// The devices and what they compute in.
void add_computation_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// How a model is distributed over devices.
void add_placement_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// What fanlight launch and outside launchers need.
void add_launch_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& options);

/// The request, with its prompt rows read. Throws UsageError for incompatible options, or if there is no prompt.
PlanRequest plan_request(const GenerateOptions& options);

/// Throws UsageError if the list's columns are spoken of, and there is no list.
void check_columns(const ListOptions& options, const std::string& prompt_file);

/// Whether an option has an effect in this mode.
bool is_of_mode(std::string_view option, std::string_view mode);

/// Throws UsageError naming an option of another mode that is given: it would silently have no effect.
void check_mode(const CLI::App& command, const std::string& mode);

/// The requested placement, with its device map read. Throws UsageError, or Error naming the map's file.
PlacementRequest placement_request(const GenerateOptions& options);

}  // namespace fanlight
