#include "app/cli/make_run.h"

#include <unistd.h>

#include <csignal>
#include <optional>

#include "app/cli/event_printer.h"
#include "app/cli/failure_printer.h"
#include "app/cli/progress_printer.h"
#include "core/owner/run_owner.h"

namespace fanlight {

namespace {

RunListener printer(const ReportOptions& report) {
    if (report.json) return print_event;
    if (report.quiet) return FailurePrinter();
    return ProgressPrinter(::isatty(STDERR_FILENO) == 1, report.words);
}

}  // namespace

void add_json_events(CLI::App& app, bool& wanted) {
    app.add_flag("--json", wanted, "Print one JSON object per event on standard output");
}

void add_report_options(CLI::App& app, ReportOptions& options) {
    add_json_events(app, options.json);
    app.add_flag("--quiet", options.quiet, "Report only what failed");
}

WaitNotice::Options notice_options(const ReportOptions& report) {
    WaitNotice::Options options;
    if (report.quiet) options.tell = [](const std::string&) {};
    return options;
}

RunResult make_run(RunOptions options, const ReportOptions& report) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { request_stop(); });
    std::optional<WaitNotice> checking;
    if (!options.plan) checking.emplace("Checking the results in " + options.folder.string(), notice_options(report));
    return run_batch_served(std::move(options), [&](const RunFolder& run, RunControl& control) -> RunListener {
        checking.reset();
        const RunListener print = printer(report);
        if (!report.also) return print;
        return [print, also = report.also(run, control)](const RunEvent& event) {
            print(event);
            also(event);
        };
    });
}

ExitCode exit_code(const RunResult& result) {
    if (result.interrupted) return ExitCode::Interrupted;
    if (result.counts.failed > 0) return result.counts.done == 0 ? ExitCode::Failed : ExitCode::SomeItemsFailed;
    return result.counts.cancelled > 0 ? ExitCode::Interrupted : ExitCode::Done;
}

}  // namespace fanlight
