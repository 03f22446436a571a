#include "core/run/run_batch.h"

#include <utility>

#include "core/base/stopwatch.h"
#include "core/run/crew.h"
#include "core/run/foreman.h"

namespace fanlight {

namespace {

Dispatcher::Options dispatcher_options(const RunPlan& plan) {
    return {.split = plan.split,
            .workers = static_cast<int>(plan.devices.size()),
            .in_flight = plan.placement.micro_batches};
}

Crew::Options crew_options(const RunFolder& run, const RunOptions& options, const std::string& program) {
    Crew::Options crew{.program = program,
                       .logs = run.logs(),
                       .silence_seconds = options.silence_seconds,
                       .backoff_seconds = options.backoff_seconds,
                       .stall_seconds = options.stall_seconds,
                       .warm = options.warm};
    const protocol::Load whole{.folder = run.plan.model_folder, .recipe = run.plan.recipe};
    for (const WorkerPlace& worker : run.plan.placement.workers)
        crew.loads.push_back(loads_of(run.plan.placement, worker, whole));
    return crew;
}

/// The items of a folder that is ours.
RunResult make_items(RunFolder& run, const RunOptions& options, const std::string& program, RunEvents& events) {
    const Stopwatch stopwatch;

    // What is done stays done; everything else is handed out until it is done or failed.
    Dispatcher dispatcher(run.plan.items, run.pending, dispatcher_options(run.plan));
    Foreman foreman(run, dispatcher, events);
    Crew crew(crew_options(run, options, program), foreman);
    events.run_opened(run, foreman);
    for (const std::string& warning : run.warnings) events.warning(warning);
    const bool interrupted = foreman.work(crew);

    // Nothing is made any more: the manifest is whole.
    write_manifest(run);

    const RunResult result{foreman.counts(), stopwatch.seconds(), interrupted};
    events.run_finished(result.counts, result.seconds, interrupted);
    return result;
}

}  // namespace

RunResult run_batch(RunOptions options, RunEvents& events) {
    const std::string program = find_worker_program(options.worker_program);

    // From here on the folder is ours, and says everything that affects a result.
    RunFolder run = options.plan ? create_run(options.folder, std::move(*options.plan)) : resume_run(options.folder);
    try {
        return make_items(run, options, program, events);
    } catch (const std::exception& error) {
        events.run_failed(error.what());
        throw;
    }
}

}  // namespace fanlight
