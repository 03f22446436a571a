#include <iostream>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/make_run.h"
#include "app/cli/planned_run.h"
#include "app/cli/project_options.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/request_json.h"
#include "core/output/run_results.h"

namespace fanlight {

namespace {

void add_output_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    begin_group(app, "Output");
    app.add_option("-o,--output", o->output, "The run folder")->type_name("DIR")->default_str("fanlight-DATE-TIME");
    add_name_pattern(app, o);
    app.add_option("--resume", o->resume, "Finish the run in this folder")
        ->type_name("DIR")
        ->default_str("begin a new run");
    app.add_flag("--remake-culled", o->remake_culled,
                 "With --resume: remake images that were moved to the trash, too, instead of leaving them out");
    app.add_flag("--dry-run", o->dry_run, "Show what would be made, and stop");
    add_report_options(app, o->report);
    add_launch_options(app, o);
}

ExitCode dry_run(const PlannedRun& plan, bool json) {
    print_notes(plan);
    if (json) {
        for (const Item& item : plan.items) std::cout << to_line(Json(item)) << '\n';
        say_choices(plan);
    } else {
        say_prediction(plan);
        for (const Item& item : plan.items)
            std::cout << item.place << "  " << item.task.summary() << ", seed " << item.task.seed() << ": "
                      << printable(item.task.prompt()) << '\n';
        std::cerr << plan.items.size() << (plan.items.size() == 1 ? " image" : " images") << " with "
                  << plan.recipe.model << " on " << join(devices_in_use(plan), ", ") << ", "
                  << text_of(plan.batch_size()) << "; nothing was made.\n";
    }
    return ExitCode::Done;
}

ExitCode generate(const CLI::App& app, const GenerateOptions& o) {
    RunOptions options;
    if (!o.resume.empty()) {
        check_resume(app);
        options.folder = run_folder_of(o.resume);
        options.resume = resume_options(app, o);
        if (o.prepare) return print_prepared(resume_run(options.folder, options.resume));
    } else {
        if (o.remake_culled) throw UsageError("--remake-culled belongs to --resume; give the run's folder with it.");
        check_mode(app, o.mode);
        if (o.dry_run) return dry_run(checked_plan(o, plan_request(o)), o.report.json);
        options.folder = o.output.empty() ? new_run_folder(o.new_folders).string() : o.output;
        options.plan = placed_plan(o, plan_request(o));
        if (o.prepare && !o.report.quiet) print_notes(*options.plan);
        if (o.prepare) return print_prepared(create_run(options.folder, std::move(*options.plan)));
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
    add_examples(app, {"fanlight generate \"a dog\" \"a cat\" -o pets",
                       "fanlight generate -p prompts.csv -s 7 --images 4 --devices all -o night"});
    return [options, &app] {
        take_project(app, *options);
        return generate(app, *options);
    };
}

}  // namespace fanlight
