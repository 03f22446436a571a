#include "core/plan/replay.h"

#include <cstdio>
#include <map>
#include <memory>

#include "app/cli/generate_options.h"
#include "app/cli/help.h"
#include "app/cli/make_run.h"
#include "app/cli/say.h"
#include "core/base/json.h"
#include "core/config/program_paths.h"
#include "core/plan/make_plan.h"
#include "core/run/finished_rows.h"

namespace fanlight {

namespace {

struct ReplayOptions {
    ReplayRequest request;
    std::string output;
    ReportOptions report;
};

constexpr const char* like_words[] = {"bytes", "pixels", "nothing"};  // in the order of Likeness

/// Prints which results differ from those before, then the counts. True if none does.
bool compare(const ReplayPlan& replay, const std::filesystem::path& folder, bool json) {
    std::map<Likeness, size_t> counts;
    for (const ManifestRow& row : finished_rows(folder)) {
        const Likeness like = likeness(replay, row.made, folder);
        ++counts[like];
        Json line = {{"same", like_words[static_cast<int>(like)]}};
        row.made.file() ? line["file"] = row.item.place : line["item"] = row.item.index;
        if (json)
            std::printf("%s\n", to_line(line).c_str());
        else if (like == Likeness::None)
            say((row.made.file() ? (folder / row.item.place).string() : name_of(row.item).text()) +
                " differs from before.");
    }
    if (!json && replay.before.front().file())
        std::fprintf(stderr, "%zu of %zu images have the same bytes as before, %zu more the same pixels.\n",
                     counts[Likeness::Bytes], replay.plan.items.size(), counts[Likeness::Pixels]);
    else if (!json)
        std::fprintf(stderr, "%zu of %zu texts are the same as before.\n", counts[Likeness::Bytes],
                     replay.plan.items.size());
    return counts[Likeness::None] == 0;
}

}  // namespace

Action add_replay(CLI::App& app) {
    const auto options = std::make_shared<ReplayOptions>();
    app.add_option("SOURCE", options->request.source, "An image, a manifest, a run folder or the .jsonl file of texts")
        ->required();
    app.add_option("-m,--model", options->request.model, "Where the model is now")
        ->type_name("MODEL")
        ->default_str("found by its name");
    add_models_dir(app, options->request.models_dirs);
    app.add_option("--devices", options->request.devices, "cpu[,cpu…], cuda:0,cuda:1 or all")
        ->type_name("DEVICE,…")
        ->default_str("all");
    add_weights(app, options->request.weights);
    app.add_option("-o,--output", options->output, "The run folder for the new results")
        ->type_name("DIR")
        ->default_str("fanlight-DATE-TIME");
    add_report_options(app, options->report);
    add_examples(app, {"fanlight replay night/00000-42-a-dog.png", "fanlight replay night -o again"});
    return [options] {
        ReplayPlan replay = plan_replay(options->request, resources_folder());
        if (!replay.warning.empty()) say(replay.warning);
        const std::filesystem::path folder = options->output.empty() ? new_run_folder().string() : options->output;
        const RunResult result = make_run({.folder = folder, .plan = replay.plan}, options->report);
        if (exit_code(result) != ExitCode::Done) return exit_code(result);
        return compare(replay, folder, options->report.json) ? ExitCode::Done : ExitCode::SomeItemsFailed;
    };
}

}  // namespace fanlight
