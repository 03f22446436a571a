#pragma once

#include "app/cli/command.h"
#include "app/cli/progress_printer.h"
#include "core/base/wait_notice.h"
#include "core/run/run_batch.h"

namespace fanlight {

/// How a command that makes something reports progress.
struct ReportOptions {
    bool json = false;
    bool quiet = false;
    MadeWords words = {};
    MakeListener also;  ///< hears of everything, too; may be null
};

/// How long waits are reported: on standard error, or not at all.
WaitNotice::Options notice_options(const ReportOptions& report);

/// Adds --json: events, for programs.
void add_json_events(CLI::App& app, bool& wanted);
/// Adds --json and --quiet.
void add_report_options(CLI::App& app, ReportOptions& options);

/// Makes the items, accepting clients, until all are done or failed, or a signal ends it.
RunResult make_run(RunOptions options, const ReportOptions& report);

/// Items that were left out by the user have not failed, but the run has not made all it was asked for: Interrupted.
ExitCode exit_code(const RunResult& result);

}  // namespace fanlight
