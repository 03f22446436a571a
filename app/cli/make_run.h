#pragma once

#include "app/cli/command.h"
#include "core/run/run_batch.h"

namespace fanlight {

/// How a command that makes images reports progress.
struct ReportOptions {
    bool json = false;
    bool quiet = false;
};

/// Adds --json and --quiet.
void add_report_options(CLI::App& app, ReportOptions& options);

/// Makes the images, accepting clients, until all are done or failed, or a signal ends it.
RunResult make_run(RunOptions options, const ReportOptions& report);

ExitCode exit_code(const RunResult& result);

}  // namespace fanlight
