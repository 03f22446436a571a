#include "app/cli/planned_run.h"

#include <algorithm>
#include <iostream>
#include <string_view>

#include "core/base/text.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/output/run_results.h"
#include "core/plan/cpu_layout.h"
#include "core/plan/place_run.h"
#include "core/plan/weight_choice.h"
#include "core/plan/workforce.h"

namespace fanlight {

namespace {

/// Refuses what only the processes of a launcher obey, or do not obey.
void check_launched(const GenerateOptions& o) {
    if (o.gather && !o.prepare)
        throw UsageError("--gather brings together what several processes make; give it after fanlight launch.");
    if (o.num_machines > 1 && !o.prepare)
        throw UsageError("--num-machines belongs to --prepare; fanlight launch starts the processes of each machine.");
    if (o.num_processes > 0 && !o.prepare)
        throw UsageError("--num-processes belongs to --prepare; give it to fanlight launch, which starts them.");
    if (o.report.json && o.prepare && !o.dry_run)
        throw UsageError("--json reports a run made by a single process; leave it out of a launch.");
}

/// Not placed yet, with workers for the CPU if the options leave them open.
PlannedRun outlined_plan(const GenerateOptions& o, const PlanRequest& asked) {
    check_launched(o);
    PlannedRun plan = make_plan(asked, resources_folder(), "--");
    if (o.prepare) check_for_ranks(plan);
    plan.weights = choose_weights(plan, asked.weights, placement_request(o));
    // How many processes there will be, a launcher decides; how a model is cut does not depend on the prompts.
    if (!o.prepare && mode_named(o.mode) == Mode::Replicas) lay_out_if_open(plan, asked);
    return plan;
}

/// What a resumed run obeys.
constexpr std::string_view obeyed_on_resume[] = {"--resume",  "--remake-culled", "--devices", "--threads",
                                                 "--prepare", "--json",          "--quiet"};

}  // namespace

PlannedRun checked_plan(const GenerateOptions& o, const PlanRequest& asked) {
    PlannedRun plan = outlined_plan(o, asked);
    const PlacementRequest request = placement_request(o);
    if (request.mode != Mode::Replicas) check_place(plan, request, o.gather_output);
    return plan;
}

PlannedRun placed_plan(const GenerateOptions& o, const PlanRequest& asked) {
    PlannedRun plan = outlined_plan(o, asked);
    if (!o.report.quiet) say_choices(plan);
    const PlacementRequest request = placement_request(o);
    if (request.mode != Mode::Replicas) {
        const WaitNotice notice("Placing the model on " + join(plan.devices, ", "), notice_options(o.report));
        place_run(plan, request, o.gather_output);
    } else if (plan.recipe.device_kind == "cuda" && !o.prepare) {
        choose_encoder_stay(plan, request.served);
    }
    const WaitNotice notice("Computing the SHA-256 of " + plan.model_folder, notice_options(o.report));
    hash_models(plan);
    plan.gather = o.gather;
    return plan;
}

void say_prediction(const PlannedRun& run) {
    if (!run.training_note.empty())
        std::cerr << "The model " << run.recipe.model << " " << run.training_note.text()
                  << "; give --prediction if that is wrong.\n";
}

void say_choices(const PlannedRun& run) {
    say_prediction(run);
    if (!run.weights.why.empty())
        std::cerr << "Weights stay packed (--weights), since dequantised ones would not fit: " << run.weights.why.text()
                  << ".\n";
    if (!run.batch_size_why.empty()) std::cerr << "With " << text_of(run.batch_size()) << ".\n";
}

void check_resume(const CLI::App& command) {
    if (command.count("--dry-run") > 0)
        throw UsageError("--resume makes what is missing; give it without --dry-run. fanlight verify lists it.");
    std::vector<std::string> others;
    for (const CLI::Option* option : command.get_options()) {
        const std::string name = option->get_name();
        const bool obeyed =
            std::find(std::begin(obeyed_on_resume), std::end(obeyed_on_resume), name) != std::end(obeyed_on_resume);
        if (option->count() > 0 && !obeyed) others.push_back(name == "PROMPT" ? "prompts" : name);
    }
    if (others.empty()) return;
    throw UsageError("--resume finishes a run as it was begun; give it without %1, or begin another run.",
                     listed(others));
}

ResumeOptions resume_options(const CLI::App& command, const GenerateOptions& o) {
    ResumeOptions options{.culled = o.remake_culled ? Culled::AreRemade : Culled::StayAway};
    const WorkforceRequest asked{command.count("--devices") > 0 ? o.request.devices : "", o.request.threads};
    if (!asked.devices.empty() || asked.threads > 0)
        options.workforce = workforce_for(read_plan(run_folder_of(o.resume)), asked);
    return options;
}

ExitCode print_prepared(const RunFolder& run) {
    check_for_ranks(run.plan);
    std::cout << (run.path / ".fanlight" / "run.json").string() << '\n';
    return ExitCode::Done;
}

}  // namespace fanlight
