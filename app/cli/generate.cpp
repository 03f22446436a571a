#include <unistd.h>

#include <csignal>
#include <ctime>
#include <iostream>
#include <iterator>
#include <memory>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/event_printer.h"
#include "app/cli/progress_printer.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/items.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_list.h"
#include "core/batch/request_json.h"
#include "core/config/model_catalog.h"
#include "core/devices/device_list.h"
#include "core/output/file_names.h"
#include "core/run/run_batch.h"

namespace fanlight {

namespace {

/// What the user typed. Texts stay texts until parameter_rules() has read them, so that a value is checked the same way
/// in an option and in a prompt list.
struct GenerateOptions {
    std::vector<std::string> prompts;
    std::string prompt_file, model;
    std::map<std::string, std::string> parameters;  ///< by rule name
    int clip_skip = 0;
    std::string dtype = "float32", devices = "all", mode = "replicas", split = "pull";
    int threads = 0;  ///< 0: the cores, shared between the workers
    int batch_size = 1;
    bool apply_padding = false, literal = false;
    std::string output, name_pattern = default_name_pattern, resume;
    bool dry_run = false, json = false, quiet = false;
};

constexpr uint64_t default_seed = 42;

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
    app.add_option("-m,--model", o->model,
                   "A diffusers folder, a repo id in the local Hugging Face cache, or a preset (default: starter)");
    app.add_flag("--literal", o->literal, "Take the prompts as they are");
    for (const ParameterOption& option : parameter_options)
        app.add_option_function<std::string>(
            option.flags, [o, rule = option.rule](const std::string& text) { o->parameters[rule] = text; },
            option.help);
    app.add_option("--clip-skip", o->clip_skip, "Last layers of the text encoder to leave out")
        ->check(CLI::Range(0, 64));
    app.add_option("--dtype", o->dtype, "float32, bfloat16 or float16")
        ->check(CLI::IsMember({"float32", "bfloat16", "float16"}));
    app.add_option("--devices", o->devices, "cpu[,cpu…], cuda:0,cuda:1 or all");
    app.add_option("--threads", o->threads, "CPU threads a worker (default: the cores, shared out)")
        ->check(CLI::Range(1, 1024));
    app.add_option("--mode", o->mode, "replicas: a whole model on each device")->check(CLI::IsMember({"replicas"}));
    app.add_option("--split", o->split, "pull: idle workers take what comes next; even: fixed shares")
        ->check(CLI::IsMember({"pull", "even"}));
    app.add_flag("--apply-padding", o->apply_padding,
                 "With --split even: shares of equal length, the duplicates dropped");
    app.add_option("--batch-size", o->batch_size, "Images a worker makes at a time; part of the recipe")
        ->check(CLI::Range(1, 1024));
    app.add_option("-o,--output", o->output, "The run folder (default: fanlight-DATE-TIME)");
    app.add_option(
        "--name-pattern", o->name_pattern,
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

ImageDefaults defaults_of(const GenerateOptions& o, const ModelCard& card) {
    Overrides given;
    for (const auto& [name, text] : o.parameters) find_parameter(name)->read(text, given, "--" + name);
    ImageDefaults defaults;
    ImageParameters& p = defaults.parameters;
    p.negative_prompt = given.negative_prompt.value_or("");
    p.seed = given.seed.value_or(default_seed);
    p.steps = given.steps.value_or(card.default_steps);
    p.cfg_scale = given.cfg_scale.value_or(card.default_cfg_scale);
    p.width = given.width.value_or(card.default_width);
    p.height = given.height.value_or(card.default_height);
    p.sampler = given.sampler.value_or(card.default_sampler);
    p.schedule = given.schedule.value_or("default");
    p.clip_skip = o.clip_skip;
    defaults.images_per_prompt = given.images.value_or(1);
    return defaults;
}

RunPlan plan_of(const GenerateOptions& o) {
    const ModelCard card = find_model(o.model, resources_folder());
    const std::vector<Device> here = list_devices();
    RunPlan plan;
    plan.devices = parse_devices(o.devices, here);
    plan.items = expand(rows_of(o), defaults_of(o, card));
    name_items(plan.items, o.name_pattern, card.name);
    plan.model_folder = std::filesystem::absolute(card.folder).lexically_normal().string();
    plan.split = o.split == "even" ? Split::Even : Split::Pull;
    plan.apply_padding = o.apply_padding;
    const bool on_gpu = plan.devices.front().starts_with("cuda");
    for (const std::string& device : plan.devices)
        if (device.starts_with("cuda") != on_gpu)
            throw UsageError(
                "A run uses either GPUs or CPUs, since their pictures differ; name one kind in --devices.");
    const int cores = std::max(1, cpu_device().cores), workers = static_cast<int>(plan.devices.size());
    plan.recipe = {.model = card.name,
                   .model_hash = "",
                   .dtype = o.dtype,
                   .device_kind = on_gpu ? "cuda" : "cpu",
                   .batch_size = o.batch_size,
                   .threads = o.threads > 0 ? o.threads : std::max(1, cores / workers)};
    return plan;
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

std::string default_folder() {
    char text[64];
    const std::time_t now = std::time(nullptr);
    std::strftime(text, sizeof text, "fanlight-%Y%m%d-%H%M%S", std::localtime(&now));
    return text;
}

ExitCode exit_code(const RunResult& result) {
    if (result.interrupted) return ExitCode::Interrupted;
    if (result.counts.failed == 0) return ExitCode::Done;
    return result.counts.done == 0 ? ExitCode::Failed : ExitCode::SomeItemsFailed;
}

ExitCode generate(const GenerateOptions& o) {
    if (o.apply_padding && o.split != "even") throw UsageError("--apply-padding belongs to --split even.");
    RunOptions options;
    if (!o.resume.empty()) {
        if (!o.prompts.empty() || !o.prompt_file.empty() || !o.output.empty())
            throw UsageError("--resume finishes a run as it was begun; give it without prompts and without --output.");
        options.folder = o.resume;
    } else {
        RunPlan plan = plan_of(o);
        if (o.dry_run) return dry_run(plan, o.json);
        plan.recipe.model_hash = model_hash(plan.model_folder);
        options.folder = o.output.empty() ? default_folder() : o.output;
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
