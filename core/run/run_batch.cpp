#include "core/run/run_batch.h"

#include <utility>

#include "core/base/stopwatch.h"
#include "core/output/manifest.h"
#include "core/run/crew.h"
#include "core/run/foreman.h"

namespace fanlight {

namespace {

Dispatcher::Options dispatcher_options(const RunPlan& plan) {
    return {
        .split = plan.split, .workers = static_cast<int>(plan.devices.size()), .batch_size = plan.recipe.batch_size};
}

Crew::Options crew_options(const RunFolder& run, const RunOptions& options, const std::string& program) {
    Crew::Options crew{.program = program,
                       .logs = run.logs(),
                       .silence_seconds = options.silence_seconds,
                       .backoff_seconds = options.backoff_seconds};
    for (const std::string& device : run.plan.devices)
        crew.loads.push_back({run.plan.model_folder, device, run.plan.recipe});
    return crew;
}

std::vector<ManifestRow> manifest_rows(const RunFolder& run) {
    std::vector<ManifestRow> rows;
    for (const auto& [index, done] : run.done)
        rows.push_back({.item = run.plan.items[index],
                        .recipe = run.plan.recipe,
                        .sha256 = done.sha256,
                        .bytes = done.bytes,
                        .device_name = done.device_name,
                        .device_uuid = done.device_uuid,
                        .worker = done.worker,
                        .seconds = done.seconds,
                        .finished_at = done.finished_at});
    return rows;
}

}  // namespace

RunResult run_batch(RunOptions options, RunEvents& events) {
    const Stopwatch stopwatch;
    const std::string program = find_worker_program(options.worker_program);

    // From here on the folder is ours, and says everything that affects a result.
    RunFolder run = options.plan ? create_run(options.folder, std::move(*options.plan)) : resume_run(options.folder);
    for (const std::string& warning : run.warnings) events.warning(warning);

    // What is done stays done; everything else is handed out until it is done or failed.
    Dispatcher dispatcher(run.pending, dispatcher_options(run.plan));
    Foreman foreman(run, dispatcher, events);
    Crew crew(crew_options(run, options, program), foreman);
    const bool interrupted = foreman.work(crew);

    // Nothing is made any more: the manifest is whole.
    write_manifest(run.path, manifest_rows(run));

    const RunResult result{foreman.counts(), stopwatch.seconds(), interrupted};
    events.run_finished(result.counts, result.seconds, interrupted);
    return result;
}

}  // namespace fanlight
