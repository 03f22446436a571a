#include <iostream>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/generate_options.h"
#include "app/cli/make_run.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/request_json.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/plan/place_run.h"

namespace fanlight {

namespace {

void add_output_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    app.add_option("-o,--output", o->output, "The run folder (default: fanlight-DATE-TIME)");
    app.add_option("--resume", o->resume, "Finish the run in this folder");
    app.add_flag("--dry-run", o->dry_run, "Say what would be made, and stop");
    add_launch_options(app, o);
    add_report_options(app, o->report);
}

ExitCode dry_run(const RunPlan& plan, bool json) {
    if (json) {
        for (const Item& item : plan.items) std::cout << to_line(Json(item)) << '\n';
    } else {
        for (const Item& item : plan.items)
            std::cout << item.place << "  " << item.task.summary() << ", seed " << item.task.seed() << ": "
                      << item.task.prompt() << '\n';
        std::cerr << plan.items.size() << (plan.items.size() == 1 ? " image" : " images") << " with "
                  << plan.recipe.model << " on " << join(plan.devices, ", ") << "; nothing was made.\n";
    }
    return ExitCode::Done;
}

RunPlan placed_plan(const GenerateOptions& o) {
    if (o.gather && !o.prepare)
        throw UsageError("--gather brings together what several processes make; give it after fanlight launch");
    if (o.num_machines > 1 && !o.prepare)
        throw UsageError("--num-machines belongs to --prepare; fanlight launch starts the processes of each machine");
    if (o.num_processes > 0 && !o.prepare)
        throw UsageError("--num-processes belongs to --prepare; give it to fanlight launch, which starts them");
    RunPlan plan = make_plan(plan_request(o), resources_folder(), "--");
    const PlacementRequest request = placement_request(o);
    if (request.mode != Mode::Replicas) place_run(plan, request, o.gather_output);
    plan.recipe.model_hash = model_hash(plan.model_folder);
    plan.gather = o.gather;
    return plan;
}

/// For --prepare: only prints where the run's plan is.
ExitCode prepare(const RunFolder& run) {
    std::cout << (run.path / ".fanlight" / "run.json").string() << '\n';
    return ExitCode::Done;
}

ExitCode generate(const GenerateOptions& o) {
    RunOptions options;
    if (!o.resume.empty()) {
        if (!o.prompts.empty() || !o.prompt_file.empty() || !o.output.empty())
            throw UsageError("--resume finishes a run as it was begun; give it without prompts and without --output.");
        if (o.gather) throw UsageError("--gather is asked for when a run is begun; give --resume without it.");
        if (o.prepare) return prepare(resume_run(o.resume));
        options.folder = o.resume;
    } else {
        check_mode(o);
        if (o.dry_run) return dry_run(make_plan(plan_request(o), resources_folder(), "--"), o.report.json);
        options.folder = o.output.empty() ? default_run_folder_name() : o.output;
        options.plan = placed_plan(o);
        if (o.prepare) return prepare(create_run(options.folder, std::move(*options.plan)));
    }
    return exit_code(make_run(std::move(options), o.report));
}

}  // namespace

Action add_generate(CLI::App& app) {
    const auto options = std::make_shared<GenerateOptions>();
    options->request.task = ImageTask::kind;
    add_request_options(app, options);
    add_placement_options(app, options);
    add_output_options(app, options);
    return [options] { return generate(*options); };
}

}  // namespace fanlight
