#include "app/cli/planned_run.h"

#include <iostream>

#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/plan/cpu_layout.h"
#include "core/plan/place_run.h"

namespace fanlight {

PlannedRun outlined_plan(const GenerateOptions& o, const PlanRequest& asked) {
    PlannedRun plan = make_plan(asked, resources_folder(), "--");
    // How many processes there will be, a launcher decides; how a model is cut does not depend on the prompts.
    if (!o.prepare && mode_named(o.mode) == Mode::Replicas) lay_out_if_open(plan, asked);
    return plan;
}

PlannedRun placed_plan(const GenerateOptions& o, const PlanRequest& asked) {
    if (o.gather && !o.prepare)
        throw UsageError("--gather brings together what several processes make; give it after fanlight launch");
    if (o.num_machines > 1 && !o.prepare)
        throw UsageError("--num-machines belongs to --prepare; fanlight launch starts the processes of each machine");
    if (o.num_processes > 0 && !o.prepare)
        throw UsageError("--num-processes belongs to --prepare; give it to fanlight launch, which starts them");
    PlannedRun plan = outlined_plan(o, asked);
    if (!o.report.quiet) say_choices(plan);
    const PlacementRequest request = placement_request(o);
    if (request.mode != Mode::Replicas) place_run(plan, request, o.gather_output);
    plan.recipe.model_hash = model_hash(plan.model_folder);
    plan.gather = o.gather;
    return plan;
}

void say_choices(const PlannedRun& run) {
    if (!run.training_note.empty())
        std::cerr << "The model " << run.recipe.model << " " << run.training_note
                  << "; give --prediction if it is otherwise.\n";
    if (!run.batch_size_why.empty()) std::cerr << "With " << text_of(run.batch_size()) << ".\n";
}

void check_resume(const GenerateOptions& o) {
    if (!o.prompts.empty() || !o.prompt_file.empty() || !o.output.empty())
        throw UsageError("--resume finishes a run as it was begun; give it without prompts and without --output.");
    if (o.gather) throw UsageError("--gather is asked for when a run is begun; give --resume without it.");
    if (o.dry_run)
        throw UsageError(
            "--resume makes what is missing; give it without --dry-run. fanlight verify says what that is.");
    const PlanRequest& asked = o.request;
    std::string own = asked.parameters.empty() ? "" : asked.parameters.begin()->first;
    if (!asked.loras.empty()) own = "loras";
    if (asked.same_seed) own = "seeds";
    if (!own.empty())
        throw UsageError("--resume finishes a run as it was begun, with its own " + own + "; give it without others.");
}

ExitCode print_prepared(const RunFolder& run) {
    std::cout << (run.path / ".fanlight" / "run.json").string() << '\n';
    return ExitCode::Done;
}

}  // namespace fanlight
