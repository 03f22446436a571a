#include "app/cli/generate_options.h"

#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/batch/names.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_notes.h"
#include "core/config/model_catalog.h"
#include "core/devices/placement_choice.h"
#include "core/images/image_prompts.h"
#include "core/prompts/prompt_list.h"

namespace fanlight {

namespace {

constexpr ParameterOption image_options[] = {
    {"-n,--negative-prompt", "negative_prompt", "What the images should not show, for rows that do not say it"},
    {"--steps,--num-inference-steps", "steps", "Denoising steps"},
    {"--cfg-scale,--guidance-scale", "cfg_scale", "How closely to follow the prompt; 1: no guidance"},
    {"-W,--width", "width", "Pixels, a multiple of 8"},
    {"-H,--height", "height", "Pixels, a multiple of 8"},
    {"-s,--seed", "seed", "Seed of the first image; the next ones count up (default: 42; -1: a random one)"},
    {"--images-per-prompt,--images", "images", "Images of each prompt"},
    {"--sampler", "sampler", "See fanlight samplers; default: the model's"},
    {"--schedule", "schedule", "See fanlight samplers; default: the model's"},
    {"--clip-skip", "clip_skip", "Last layers of the text encoder to leave out"},
    {"--emphasis", "emphasis", "How weights such as (this:1.3) act: original (the default), no-norm, ignore, none"},
};

std::vector<PromptRow> typed_rows(const std::vector<std::string>& prompts) {
    std::vector<PromptRow> rows;
    for (const std::string& prompt : prompts) {
        const std::string place = "Prompt " + std::to_string(rows.size() + 1);
        check_text(prompt, "prompt", place);
        rows.push_back({prompt, {}, place});
    }
    return rows;
}

ColumnChoice columns_of(const ListOptions& options) {
    ColumnChoice columns;
    for (const std::string& renamed : options.renamed) columns.rename(renamed, "--columns");
    if (options.ignored == "true")  // CLI11's value of a flag without one
        columns.ignore_others();
    else
        columns.ignore(options.ignored);
    return columns;
}

/// The value of --batch-size.
int batch_size_in(const std::string& text) {
    if (text == "auto") return PlanRequest::auto_batch_size;
    int items = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), items);
    if (error != std::errc() || end != text.data() + text.size() || items < 1 || items > max_batch_size)
        throw UsageError("--batch-size must be a whole number from 1 to %1, or auto, not %2.", max_batch_size,
                         in_quotes(text));
    return items;
}

/// A list, for this kind of task.
void read_list(const std::string& file, const ListReading& reading, const TakeRow& take) {
    const auto read = [&](std::istream& stream, const std::string& name) {
        const std::string text(std::istreambuf_iterator<char>(stream), {});
        read_prompts(text, sniff_format(text, reading), name, take, reading);
    };
    if (file == "-") return read(std::cin, "standard input");
    if (file.starts_with("/dev/fd/")) {  // <(command) of a shell
        std::ifstream pipe(file, std::ios::binary);
        if (!pipe) throw UsageError("Cannot read %1: %2", file, errno_text());
        return read(pipe, file);
    }
    if (!has_own_columns(reading.task)) return load_prompts_or_images(file, take, reading);
    std::filesystem::is_directory(file) ? load_text_files(file, take) : load_prompts(file, take, reading);
}

}  // namespace

void add_parameter_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o,
                           std::span<const ParameterOption> table) {
    for (const ParameterOption& option : table)
        app.add_option_function<std::string>(
            option.flags, [o, rule = option.rule](const std::string& text) { o->request.parameters[rule] = text; },
            option.help);
}

std::string without_mark(std::string word) {
    if (word.starts_with(as_it_is)) word.erase(0, 1);
    return word;
}

void add_prompts(CLI::App& app, std::vector<std::string>& prompts, const std::string& description) {
    app.add_option("PROMPT", prompts, description)->transform(&without_mark);
}

void add_list_options(CLI::App& app, ListOptions& options) {
    app.add_option(
           "--columns", options.renamed,
           "COLUMN=PARAMETER,…: what columns or keys of the prompt list mean, such as caption=prompt,number=seed")
        ->allow_extra_args(false);  // prompts follow
    app.add_flag("--ignore-columns", options.ignored,
                 "Leave out columns or keys of the prompt list that are not parameters; --ignore-columns=NAME,…: only "
                 "these, whatever they are");
}

void add_same_seed(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    app.add_flag("--same-seed", o->request.same_seed, "The same seed for all rows: seeds do not count up");
}

void print_notes(const RunPlan& plan) {
    for (const Sentence& note : plan.notes) std::cerr << note.text() << ".\n";
    for (const PromptNote& note : prompt_notes(plan.items)) std::cerr << text_of(note).text() << ".\n";
}

void add_request_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    add_prompts(app, o->prompts, "Prompts, an image each");
    app.add_option("-p,--prompts", o->prompt_file,
                   "A prompt list: .txt .prompts .csv .tsv .jsonl, a PNG or a folder of PNGs, or - for standard input");
    add_list_options(app, o->list);
    app.add_option(
        "-m,--model", o->request.model,
        "A diffusers folder, a .safetensors checkpoint, a repo id in the local Hugging Face cache, or a preset "
        "(default: starter)");
    std::vector<std::string> predictions = prediction_names();
    predictions.insert(predictions.begin(), "auto");
    app.add_option_function<std::string>(
           "--prediction", [o](const std::string& name) { o->request.prediction = name == "auto" ? "" : name; },
           "What the model's network predicts: epsilon, v_prediction, or auto (default): what its config says; for one "
           "file a YAML file beside it, its keys, metadata or name, else what is usual for its version")
        ->check(CLI::IsMember(predictions));
    app.add_option("--lora", o->request.loras,
                   "FILE or FILE:WEIGHT, a .safetensors file or a name in the loras folder; may be repeated")
        ->allow_extra_args(false);  // prompts follow
    add_parameter_options(app, o, image_options);
    app.add_option("--prefix", o->request.affixes.prefix,
                   "Text before every prompt, with a comma between them unless one of them has a blank there");
    app.add_option("--suffix", o->request.affixes.suffix, "Text after every prompt, in the same way");
    add_same_seed(app, o);
    app.add_flag_callback(
           "--literal", [o] { o->request.parameters["literal"] = "yes"; },
           "Take the prompts as they are: no weights, no schedules, and what does not fit into the text encoder is cut")
        ->excludes(app.get_option("--emphasis"));
    add_computation_options(app, o);
    app.add_option(
        "--name-pattern", o->request.name_pattern,
        "File names from [index] [row] [seed] [prompt] [steps] [cfg] [width] [height] [sampler] [schedule] [model]");
}

void add_computation_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    CLI::Option* dtype =
        app.add_option("--dtype", o->request.dtype,
                       "auto (default): 16 bits on GPUs, bfloat16 or float16 as the model needs it, and float32 on a "
                       "CPU; float32; on GPUs also tf32 (float32, products rounded); bfloat16; float16")
            ->check(CLI::IsMember(dtype_choices()));
    app.add_flag_callback(
           "--tf32", [o] { o->request.dtype = "tf32"; }, "The same as --dtype tf32")
        ->excludes(dtype);
    app.add_option("--devices", o->request.devices,
                   "cpu[,cpu…], a worker each, cuda:0,cuda:1, or all (default): every GPU, or else as many workers on "
                   "the CPU as are fastest");
    app.add_option(
           "--reserve-memory", o->reserve_memory,
           "Memory of GPUs to leave to other programs, such as 2GB of each or cuda:0=2GB,cuda:1=0 (default: 600MB "
           "of one that drives a display)")
        ->allow_extra_args(false);  // prompts follow
    app.add_option("--threads", o->request.threads, "CPU threads of each worker (default: the cores, shared out)")
        ->check(CLI::Range(1, max_threads));
    app.add_option("--split", o->split, "pull: idle workers take what comes next; even: fixed shares")
        ->check(CLI::IsMember({"pull", "even"}));
    app.add_flag("--apply-padding", o->request.apply_padding,
                 "With --split even: shares of equal length, the duplicates dropped");
    app.add_option_function<std::string>(
        "--batch-size", [o](const std::string& text) { o->request.batch_size = batch_size_in(text); },
        "Items that a worker makes at a time, part of the recipe (default: 1, of texts 8); auto: what the model and "
        "the "
        "weakest device have room for and gain from, chosen once a run");
}

void add_placement_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    app.add_option("--mode", o->mode,
                   "replicas: a whole model on each device; sharded: one model over all, one input at a time; "
                   "pipelined: one model in parts, several inputs in flight")
        ->check(CLI::IsMember({"replicas", "sharded", "pipelined"}));
    app.add_option("--device-map", o->device_map,
                   "sharded: auto, balanced, balanced_low_0, sequential, or a JSON file of modules and devices");
    app.add_option("--max-memory", o->max_memory,
                   "The most bytes of weights on each device, such as cuda:0=10GB,cpu=30GB (default: what is free); "
                   "sharded: devices that are not named are not used")
        ->allow_extra_args(false);  // prompts follow
    app.add_option("--stages", o->stages, "pipelined: parts of each pipeline (default: the devices, shared out)")
        ->check(CLI::Range(1, PlacementChoice::most_parts));
    app.add_option("--split-points", o->split_points,
                   "pipelined: auto, accelerate, or NAME,…: the first module of each part but the first");
    app.add_option("--num-chunks", o->num_chunks, "pipelined: micro-batches in flight (default: as many as stages)")
        ->check(CLI::Range(1, PlacementChoice::most_parts));
    app.add_flag("--gather-output", o->gather_output,
                 "pipelined: the first part writes the images, instead of the last");
    app.add_option("--replicas", o->replicas, "Copies of the model side by side (default: as many as the devices make)")
        ->check(CLI::Range(1, PlacementChoice::most_parts));
}

void add_launch_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    app.add_flag("--gather", o->gather,
                 "After fanlight launch: bring all images into the folder of process 0, and draw a contact sheet");
    app.add_flag("--prepare", o->prepare,
                 "Write the run folder and stop: an outside launcher starts fanlight-worker run RUN.json on it");
    app.add_option("--num-machines", o->num_machines,
                   "With --prepare: machines like this one that the run is for, so that a pipeline may span them")
        ->check(CLI::Range(1, 10'000));
    app.add_option("--num-processes", o->num_processes,
                   "With --prepare: processes on all machines that will be started, so that they make whole pipelines")
        ->check(CLI::Range(1, 100'000));
}

void check_columns(const ListOptions& options, const std::string& prompt_file) {
    if (!prompt_file.empty()) return;
    for (const auto& [option, given] :
         {std::pair{"--columns", !options.renamed.empty()}, {"--ignore-columns", !options.ignored.empty()}})
        if (given) throw UsageError("%1 says how to read a list; name the list with --prompts FILE.", option);
}

PlanRequest plan_request(const GenerateOptions& o) {
    if (o.request.apply_padding && o.split != "even") throw UsageError("--apply-padding belongs to --split even.");
    PlanRequest request = o.request;
    if (o.prompts.empty() && o.prompt_file.empty())
        throw UsageError("There is no prompt; give one in quotes, or a list with --prompts FILE.");
    check_columns(o.list, o.prompt_file);
    request.rows = typed_rows(o.prompts);
    if (!o.prompt_file.empty())
        request.list = [file = o.prompt_file, columns = columns_of(o.list)](ListReading reading, const TakeRow& take) {
            if (!has_own_columns(reading.task)) reading.task = ImageTask::kind;
            reading.columns = columns;
            read_list(file, reading, take);
        };
    if (!o.reserve_memory.empty()) request.reserve = parse_memory_reserve(join(o.reserve_memory, ","));
    request.split = o.split == "even" ? Split::Even : Split::Pull;
    return request;
}

void check_mode(const CLI::App& command, const std::string& mode) {
    constexpr struct {
        const char* option;
        std::string_view modes;
    } options[] = {{"--device-map", "sharded"},     {"--max-memory", "sharded or pipelined"},
                   {"--stages", "pipelined"},       {"--split-points", "pipelined"},
                   {"--num-chunks", "pipelined"},   {"--replicas", "pipelined"},
                   {"--gather-output", "pipelined"}};
    for (const auto& [option, modes] : options)
        if (command.count(option) > 0 && modes.find(mode) == std::string_view::npos)
            throw UsageError("%1 belongs to --mode %2.", option, modes);
}

PlacementRequest placement_request(const GenerateOptions& o) {
    PlacementRequest request = request_of({.mode = mode_named(o.mode),
                                           .device_map = o.device_map,
                                           .max_memory = join(o.max_memory, ","),
                                           .replicas = o.replicas,
                                           .stages = o.stages,
                                           .num_chunks = o.num_chunks,
                                           .split_points = o.split_points},
                                          "--");
    request.machines = o.num_machines;
    request.processes = o.num_processes;
    return request;
}

}  // namespace fanlight
