#include <unistd.h>

#include <csignal>
#include <iostream>
#include <iterator>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/event_printer.h"
#include "app/cli/progress_printer.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_list.h"
#include "core/batch/request_json.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/run/make_plan.h"
#include "core/run/run_batch.h"

namespace fanlight {

namespace {

/// What the user typed.
struct GenerateOptions {
    PlanRequest request;
    std::vector<std::string> prompts;
    std::string prompt_file, mode = "replicas", split = "pull";
    bool literal = false;
    std::string output, resume;
    bool dry_run = false, json = false, quiet = false;
};

/// Options of the command line that set a parameter of parameter_rules().
struct ParameterOption {
    const char* flags;
    const char* rule;
    const char* help;
};
constexpr ParameterOption parameter_options[] = {
    {"-n,--negative-prompt", "negative_prompt", "What the images should not show"},
    {"--steps,--num-inference-steps", "steps", "Denoising steps"},
    {"--cfg-scale,--guidance-scale", "cfg_scale", "How closely to follow the prompt; 1: not guided"},
    {"-W,--width", "width", "Pixels, a multiple of 8"},
    {"-H,--height", "height", "Pixels, a multiple of 8"},
    {"-s,--seed", "seed", "Seed of the first image; the next ones count up (default: 42)"},
    {"--images-per-prompt", "images", "Images of each prompt"},
    {"--sampler", "sampler", "See fanlight samplers; default: the model's"},
    {"--schedule", "schedule", "See fanlight samplers; default: the model's"},
};

void add_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    app.add_option("PROMPT", o->prompts, "Prompts, an image each");
    app.add_option("-p,--prompts", o->prompt_file, "A prompt list: .txt .csv .tsv .jsonl, or - for standard input");
    app.add_option("-m,--model", o->request.model,
                   "A diffusers folder, a repo id in the local Hugging Face cache, or a preset (default: starter)");
    app.add_flag("--literal", o->literal, "Take the prompts as they are");
    for (const ParameterOption& option : parameter_options)
        app.add_option_function<std::string>(
            option.flags, [o, rule = option.rule](const std::string& text) { o->request.parameters[rule] = text; },
            option.help);
    app.add_option("--clip-skip", o->request.clip_skip, "Last layers of the text encoder to leave out")
        ->check(CLI::Range(0, 64));
    app.add_option("--dtype", o->request.dtype, "float32, bfloat16 or float16")
        ->check(CLI::IsMember({"float32", "bfloat16", "float16"}));
    app.add_option("--devices", o->request.devices, "cpu[,cpu…], cuda:0,cuda:1 or all");
    app.add_option("--threads", o->request.threads, "CPU threads a worker (default: the cores, shared out)")
        ->check(CLI::Range(1, 1024));
    app.add_option("--mode", o->mode, "replicas: a whole model on each device")->check(CLI::IsMember({"replicas"}));
    app.add_option("--split", o->split, "pull: idle workers take what comes next; even: fixed shares")
        ->check(CLI::IsMember({"pull", "even"}));
    app.add_flag("--apply-padding", o->request.apply_padding,
                 "With --split even: shares of equal length, the duplicates dropped");
    app.add_option("--batch-size", o->request.batch_size, "Images a worker makes at a time; part of the recipe")
        ->check(CLI::Range(1, 1024));
    app.add_option("-o,--output", o->output, "The run folder (default: fanlight-DATE-TIME)");
    app.add_option(
        "--name-pattern", o->request.name_pattern,
        "File names from [index] [row] [seed] [prompt] [steps] [cfg] [width] [height] [sampler] [schedule] [model]");
    app.add_option("--resume", o->resume, "Finish the run in this folder");
    app.add_flag("--dry-run", o->dry_run, "Say what would be made, and stop");
    app.add_flag("--json", o->json, "One event a line on standard output");
    app.add_flag("--quiet", o->quiet, "No progress");
}

std::vector<PromptRow> rows_of(const GenerateOptions& o) {
    std::vector<PromptRow> rows;
    for (size_t i = 0; i < o.prompts.size(); ++i) {
        const std::string place = "Prompt " + std::to_string(i + 1);
        check_text(o.prompts[i], "prompt", place);
        rows.push_back({o.prompts[i], {}, place});
    }
    std::vector<PromptRow> listed_rows;
    if (o.prompt_file == "-") {
        const std::string text(std::istreambuf_iterator<char>(std::cin), {});
        listed_rows = read_prompts(text, sniff_format(text), "standard input");
    } else if (!o.prompt_file.empty()) {
        listed_rows = load_prompts(o.prompt_file);
    }
    rows.insert(rows.end(), listed_rows.begin(), listed_rows.end());
    if (rows.empty()) throw UsageError("There is no prompt; give one in quotes, or a list with --prompts FILE.");
    return rows;
}

ExitCode dry_run(const RunPlan& plan, bool json) {
    if (json) {
        for (const Item& item : plan.items) std::cout << to_line(Json(item)) << '\n';
    } else {
        for (const Item& item : plan.items) {
            const ImageParameters& p = item.parameters;
            std::cout << item.file << "  " << p.width << "x" << p.height << ", " << p.steps << " steps, cfg "
                      << p.cfg_scale << ", " << p.sampler << ", seed " << p.seed << ": " << p.prompt << '\n';
        }
        std::cerr << plan.items.size() << (plan.items.size() == 1 ? " image" : " images") << " with "
                  << plan.recipe.model << " on " << join(plan.devices, ", ") << "; nothing was made.\n";
    }
    return ExitCode::Done;
}

ExitCode exit_code(const RunResult& result) {
    if (result.interrupted) return ExitCode::Interrupted;
    if (result.counts.failed == 0) return ExitCode::Done;
    return result.counts.done == 0 ? ExitCode::Failed : ExitCode::SomeItemsFailed;
}

ExitCode generate(const GenerateOptions& o) {
    if (o.request.apply_padding && o.split != "even") throw UsageError("--apply-padding belongs to --split even.");
    RunOptions options;
    if (!o.resume.empty()) {
        if (!o.prompts.empty() || !o.prompt_file.empty() || !o.output.empty())
            throw UsageError("--resume finishes a run as it was begun; give it without prompts and without --output.");
        options.folder = o.resume;
    } else {
        PlanRequest request = o.request;
        request.rows = rows_of(o);
        request.split = o.split == "even" ? Split::Even : Split::Pull;
        RunPlan plan = make_plan(request, resources_folder(), "--");
        if (o.dry_run) return dry_run(plan, o.json);
        plan.recipe.model_hash = model_hash(plan.model_folder);
        options.folder = o.output.empty() ? default_run_folder_name() : o.output;
        options.plan = std::move(plan);
    }
    std::unique_ptr<RunEvents> events;
    if (o.json) {
        events = std::make_unique<EventPrinter>();
    } else if (o.quiet) {
        events = std::make_unique<RunEvents>();
    } else {
        events = std::make_unique<ProgressPrinter>(::isatty(STDERR_FILENO) == 1);
    }
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { request_stop(); });
    return exit_code(run_batch(options, *events));
}

}  // namespace

Action add_generate(CLI::App& app) {
    const auto options = std::make_shared<GenerateOptions>();
    add_options(app, options);
    return [options] { return generate(*options); };
}

}  // namespace fanlight
