#pragma once

#include "app/cli/generate_options.h"
#include "core/run/run_folder.h"

// What the commands that make something have in common before their run begins.
namespace fanlight {

/// The request's plan for --dry-run: it could be placed as the options ask for, and is not. Throws like placed_plan().
PlannedRun checked_plan(const GenerateOptions& options, const PlanRequest& request);

/// The request's plan, placed as the options ask for, after say_choices(). Throws UsageError, also for options of
/// a launcher that nobody would obey; Error naming a file that cannot be read.
PlannedRun placed_plan(const GenerateOptions& options, const PlanRequest& request);

/// Says on standard error what a single file's network is taken to predict, if that was found out.
void say_prediction(const PlannedRun& run);

/// Says on standard error what has been chosen that was left to the program: the prediction, packed weights, the batch
/// size.
void say_choices(const PlannedRun& run);

/// How the run of --resume goes on, after check_resume(). Throws UsageError if it cannot on the devices that are given.
ResumeOptions resume_options(const CLI::App& command, const GenerateOptions& options);

/// Throws UsageError if --resume is given together with options that it does not obey: all but a few were settled when
/// the run was begun.
void check_resume(const CLI::App& command);

/// For --prepare: only prints where the run's plan is.
ExitCode print_prepared(const RunFolder& run);

}  // namespace fanlight
