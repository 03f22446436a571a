#include "app/cli/generate_options.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>

#include "app/cli/help.h"
#include "app/cli/say.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/names.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_notes.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/devices/placement_choice.h"
#include "core/images/image_prompts.h"
#include "core/output/file_names.h"
#include "core/prompts/prompt_list.h"
#include "core/prompts/style_list.h"

namespace fanlight {

namespace {

constexpr ParameterOption image_options[] = {
    {"Prompts", "-n,--negative-prompt", "TEXT", "negative_prompt", "none",
     "What the images should not show, for rows without a negative prompt of their own"},
    {"Prompts", "--prompt-2", "TEXT", "prompt_2", "the prompt",
     "What the second text encoder of Stable Diffusion XL or FLUX.1 reads in place of the prompt"},
    {"Prompts", "--negative-prompt-2", "TEXT", "negative_prompt_2", "the negative prompt",
     "What the second text encoder of Stable Diffusion XL or FLUX.1 reads in place of the negative prompt"},
    {"Prompts", "--emphasis", "NAME", "emphasis", "original",
     "How weights such as (this:1.3) are applied: original, no-norm, ignore or none"},
    {"Image", "-W,--width", "N", "width", of_model, "In pixels, a multiple of 8, of 16 for Z-Image and FLUX"},
    {"Image", "-H,--height", "N", "height", of_model, "In pixels, a multiple of 8, of 16 for Z-Image and FLUX"},
    {"Image", "--original-size", "WIDTHxHEIGHT", "original_size", "the image's own size",
     "Of the photograph that Stable Diffusion XL is to imagine the image to be part of, such as 2048x1024"},
    {"Image", "--crop", "LEFT,TOP", "crop", "0,0",
     "Where in it the image begins: pixels from the left and from the top, such as 256,0"},
    {"Image", "-s,--seed", "N", "seed", "42", "Seed of the first image, counting up from there; -1: a random one"},
    {"Image", "--images-per-prompt,--images", "N", "images", "1", "Images for each prompt"},
    {"Image", "--subseed,--variation-seed", "N", "subseed", "0",
     "A second seed, whose noise is mixed into the first one's with --subseed-strength; it counts up even with "
     "--same-seed, so that one image has many variations"},
    {"Image", "--subseed-strength,--variation-seed-strength", "NUMBER", "subseed_strength", "0",
     "The share of the second seed's noise, from 0 to 1"},
    {"Sampling", "--steps,--num-inference-steps", "N", "steps", of_model, "Denoising steps"},
    {"Sampling", "--timesteps", "T,...", "timesteps", "those of the schedule",
     "The training steps to take, in place of --steps, such as 999,749,499,249 for models distilled for them"},
    {"Sampling", "--cfg-scale,--guidance-scale", "NUMBER", "cfg_scale", of_model,
     "How closely to follow the prompt; without guidance at 1, with Z-Image at 0"},
    {"Sampling", "--true-cfg-scale", "NUMBER", "true_cfg_scale", "1",
     "How strongly FLUX.1 is guided away from the negative prompt, which takes twice as long; 1: not at all"},
    {"Sampling", "--sampler", "NAME", "sampler", of_model, "One of those that fanlight samplers lists"},
    {"Sampling", "--schedule", "NAME", "schedule", of_model, "One of those that fanlight samplers lists"},
    {"Sampling", "--eta", "NUMBER", "eta", "that of the sampler",
     "How much noise each step draws, from 0 to 1, for samplers that draw some"},
    {"Sampling", "--shift", "NUMBER", "shift", of_model,
     "How far the steps move towards strong noise, for models that predict a flow: at 1 they are even, larger pictures "
     "need more"},
    {"Sampling", "--rescale-cfg,--guidance-rescale", "NUMBER", "rescale_cfg", "0",
     "How much of strong guidance's contrast to take back, from 0 to 1"},
    {"Sampling", "--cfg-end", "NUMBER", "cfg_end", "1",
     "Share of the steps that are guided; the rest follows the prompt alone"},
    {"Sampling", "--refiner-switch", "NUMBER", "refiner_switch", "0.8",
     "Share of the noise that is gone when the model of --refiner takes over; 1: it never does"},
    {"Sampling", "--clip-skip", "N", "clip_skip", "0", "How many of the text encoder's last layers to skip"},
};

/// Options that are not for every mode.
struct ModeOption {
    const char* option;
    std::string_view modes;
};
constexpr ModeOption mode_options[] = {{"--device-map", "sharded"},      {"--max-memory", "sharded or pipelined"},
                                       {"--stages", "pipelined"},        {"--split-points", "pipelined"},
                                       {"--num-chunks", "pipelined"},    {"--replicas", "pipelined"},
                                       {"--gather-output", "pipelined"}, {"--cfg-devices", "replicas"}};

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
               option.help)
            ->type_name(option.value)
            ->default_str(option.usual)
            ->group(option.group);
}

std::string without_mark(std::string word) {
    if (word.starts_with(as_it_is)) word.erase(0, 1);
    return word;
}

void add_prompts(CLI::App& app, std::vector<std::string>& prompts, const std::string& description) {
    app.add_option("PROMPT", prompts, description)->transform(&without_mark);
}

void add_models_dir(CLI::App& app, std::vector<std::string>& dirs) {
    app.add_option(
           "--models-dir", dirs,
           "A folder with more models, LoRAs and VAEs, also that of ComfyUI, AUTOMATIC1111, Forge or SwarmUI; may be "
           "repeated")
        ->type_name("DIR")
        ->default_str("those of fanlight models --add-dir")
        ->allow_extra_args(false);  // prompts follow
}

void add_list_options(CLI::App& app, ListOptions& options) {
    app.add_option("--columns", options.renamed,
                   "What columns or keys of the prompt list mean, such as caption=prompt,number=seed; may be repeated")
        ->type_name("COLUMN=PARAMETER,…")
        ->default_str("their names say it")
        ->allow_extra_args(false);  // prompts follow
    app.add_flag("--ignore-columns", options.ignored,
                 "Skip columns or keys of the prompt list that are not parameters; --ignore-columns=NAME,…: skip "
                 "exactly these");
}

void add_same_seed(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    app.add_flag("--same-seed", o->request.same_seed, "Use one seed for all rows instead of counting up");
}

void print_notes(const RunPlan& plan) {
    for (const Sentence& note : plan.notes) std::cerr << note.text() << ".\n";
    for (const PromptNote& note : prompt_notes(plan.items)) std::cerr << text_of(note).text() << ".\n";
}

void add_request_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    begin_group(app, "Prompts");
    add_prompts(app, o->prompts, "Prompts, one for each image");
    app.add_option("-p,--prompts", o->prompt_file,
                   "A prompt list (.txt .prompts .csv .tsv .jsonl), a PNG, a folder of PNGs, a project of the window "
                   "(.fanlight; "
                   "other options go before its settings), or - for standard input")
        ->type_name("FILE")
        ->default_str("none");
    add_list_options(app, o->list);
    app.add_option("--prefix", o->request.affixes.prefix,
                   "Text before every prompt; a comma is put between them unless one of them has a blank there")
        ->default_str("none");
    app.add_option("--suffix", o->request.affixes.suffix, "Text after every prompt, joined in the same way")
        ->default_str("none");

    app.add_option_function<std::vector<std::string>>(
           "--style",
           [o](const std::vector<std::string>& names) { o->request.parameters["styles"] = to_line(Json(names)); },
           "A style for rows without styles of their own: text around the prompt, from lists of AUTOMATIC1111 or "
           "Fooocus; may be repeated")
        ->type_name("NAME")
        ->default_str("none")
        ->allow_extra_args(false);  // prompts follow

    begin_group(app, "Model");
    app.add_option("-m,--model", o->request.model,
                   "A diffusers folder, a .safetensors or .gguf file, the name of either in the folders for models, a "
                   "repo id in the local Hugging Face cache, or starter, which ships with Fanlight")
        ->type_name("MODEL")
        ->default_str("starter");
    add_models_dir(app, o->request.models_dirs);
    std::vector<std::string> predictions = prediction_names();
    predictions.insert(predictions.begin(), "auto");
    app.add_option_function<std::string>(
           "--prediction", [o](const std::string& name) { o->request.prediction = name == "auto" ? "" : name; },
           "What the model's network predicts. auto: what its config says; for a single file, what a YAML file beside "
           "it, its keys, metadata or name say, or else what is usual for its version")
        ->default_str("auto")
        ->check(CLI::IsMember(predictions));
    app.add_option(
           "--lora", o->request.loras,
           "A .safetensors file, or the name of one in the folders for LoRAs; FILE:0.8 gives it a weight; may be "
           "repeated")
        ->type_name("FILE")
        ->default_str("none")
        ->allow_extra_args(false);  // prompts follow

    app.add_option("--transformer", o->request.network,
                   "The network that draws, in place of the model's own: a .safetensors or .gguf file, a folder of "
                   "diffusers, or the name of one in the folders for diffusion models, such as "
                   "sdxl_lightning_4step_unet; if its name tells how many steps it takes, they are set")
        ->type_name("FILE|DIR")
        ->default_str("the model's");
    app.add_option("--vae", o->request.vae,
                   "What turns latents into pictures, in place of the model's own: a .safetensors file, a folder of "
                   "diffusers, or the name of one in the folders for VAEs, such as vae-ft-mse-840000-ema-pruned; TAESD "
                   "is a fast one")
        ->type_name("FILE|DIR")
        ->default_str("the model's");
    app.add_flag("--vae-tiling", o->request.vae_tiling,
                 "Decode pictures that are larger than the model was trained for in overlapping tiles: in far less "
                 "memory, with slightly other pixels");
    app.add_option_function<std::string>(
           "--on-oom", [o](const std::string& name) { o->request.on_oom = on_oom_named(name); },
           "What the run may do when no device has enough memory for an image. same: nothing that changes pixels; any: "
           "go on in tiles, then with smaller micro-batches, as if it had been begun so")
        ->default_str("same")
        ->check(CLI::IsMember({"same", "any"}));
    add_weights(app, o->request.weights);
    app.add_option("--text-encoder", o->request.text_encoders,
                   "What reads prompts, in place of the model's own: a .safetensors or .gguf file, a folder of "
                   "transformers, or the name of one in the folders for text encoders, such as clip_l; may be "
                   "repeated")
        ->type_name("FILE|DIR")
        ->default_str("the model's")
        ->allow_extra_args(false);  // prompts follow

    app.add_option("--text-device", o->request.text_device,
                   "Where the text encoders work: on another GPU, such as cuda:1, or on the cpu, in float32, which may "
                   "change pixels slightly")
        ->type_name("DEVICE")
        ->default_str("beside the network");
    app.add_option("--cfg-devices", o->request.cfg_devices,
                   "Pairs of devices in place of --devices, such as cuda:0,cuda:1: each pair is one worker, whose "
                   "second device makes the negative prompt's half of every guided step. For Z-Image, FLUX.1 and "
                   "FLUX.2 klein; the images stay the same")
        ->type_name("DEVICE,DEVICE,…")
        ->default_str("none");
    app.add_flag(
        "--cache-embeddings", o->request.cache_embeddings,
        "Keep what the text encoders make of prompts on disk: prompts that are made again need no text encoder, "
        "and no pixel changes");

    app.add_option("--refiner", o->request.refiner,
                   "The model that takes the last steps, Stable Diffusion XL's refiner: a .safetensors checkpoint, a "
                   "diffusers folder, the name of either, or a repo id; LoRAs and --vae are the model's alone")
        ->type_name("MODEL")
        ->default_str("none");

    add_parameter_options(app, o, image_options);
    begin_group(app, "Image");
    add_same_seed(app, o);
    begin_group(app, "Prompts");
    app.add_flag_callback(
           "--literal", [o] { o->request.parameters["literal"] = "yes"; },
           "Take prompts literally: no weights, no schedules, and what does not fit into the text encoder is cut off")
        ->excludes(app.get_option("--emphasis"));
    add_computation_options(app, o);
}

void add_weights(CLI::App& app, WeightForm& weights) {
    app.add_option_function<std::string>(
           "--weights", [&weights](const std::string& name) { weights = weight_form_named(name); },
           "How to keep weights in memory that a file holds packed, as GGUF or in 8 bits. dequantised: when they are "
           "loaded; packed: as in the file, each layer being dequantised when it is used, which takes far less memory "
           "and some time at each step; auto: packed where dequantised ones would not fit. The pictures are the same")
        ->default_str("auto")
        ->check(CLI::IsMember(weight_form_names()));
}

void add_name_pattern(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    begin_group(app, "Output");
    app.add_option("--name-pattern", o->request.name_pattern,
                   "File names, made from [index] [row] [seed] [prompt] [steps] [cfg] [width] [height] [sampler] "
                   "[schedule] [model]")
        ->type_name("PATTERN")
        ->default_str(default_name_pattern);
}

void add_computation_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    begin_group(app, "Devices");
    app.add_option("--devices", o->request.devices,
                   "cpu[,cpu…] (one worker each), cuda:0,cuda:1, or all: every GPU, or without one as many workers on "
                   "the CPU as are fastest")
        ->type_name("DEVICE,…")
        ->default_str("all");
    CLI::Option* dtype =
        app.add_option("--dtype", o->request.dtype,
                       "Precision. auto: float32 on a CPU, float16 or bfloat16 on GPUs, as the model needs it; tf32: "
                       "float32 with rounded products, on GPUs only")
            ->default_str("auto")
            ->check(CLI::IsMember(dtype_choices()));
    app.add_flag_callback(
           "--tf32", [o] { o->request.dtype = "tf32"; }, "Short for --dtype tf32")
        ->excludes(dtype);
    app.add_option("--reserve-memory", o->reserve_memory,
                   "GPU memory to leave to other programs: 2GB on each, or cuda:0=2GB,cuda:1=0")
        ->type_name("[DEVICE=]SIZE,…")
        ->default_str("600MB on a GPU that drives a display")
        ->allow_extra_args(false);  // prompts follow
    app.add_option("--threads", o->request.threads, "CPU threads for each worker")
        ->default_str("the cores divided among the workers")
        ->check(CLI::Range(1, max_threads));
    app.add_option("--split", o->split, "pull: idle workers take the next items; even: fixed shares")
        ->default_str("pull")
        ->check(CLI::IsMember({"pull", "even"}));
    app.add_flag("--apply-padding", o->request.apply_padding,
                 "With --split even: pad shares to equal length and drop the duplicates");
    app.add_option_function<std::string>(
           "--batch-size", [o](const std::string& text) { o->request.batch_size = batch_size_in(text); },
           "Items that a worker makes at once; part of the recipe. auto: what the model and the weakest device have "
           "room for and gain from, decided once for the run")
        ->type_name("N|auto")
        ->default_str("1 image or 8 texts");
}

void add_placement_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    begin_group(app, "Placement");
    app.add_option("--mode", o->mode,
                   "replicas: a whole model on each device; sharded: one model across all devices, one input at a "
                   "time; pipelined: one model in parts, several inputs in flight")
        ->default_str("replicas")
        ->check(CLI::IsMember({"replicas", "sharded", "pipelined"}));
    app.add_option("--device-map", o->device_map,
                   "sharded: auto, balanced, balanced_low_0, sequential, or a JSON file that maps modules to devices")
        ->type_name("MAP")
        ->default_str("auto");
    app.add_option("--max-memory", o->max_memory,
                   "sharded, pipelined: the most memory that weights may take on each device, such as "
                   "cuda:0=10GB,cpu=30GB; sharded uses only the devices named")
        ->type_name("DEVICE=SIZE,…")
        ->default_str("what is free")
        ->allow_extra_args(false);  // prompts follow
    app.add_option("--stages", o->stages, "pipelined: parts of each pipeline")
        ->default_str("the devices divided among the replicas")
        ->check(CLI::Range(1, PlacementChoice::most_parts));
    app.add_option("--split-points", o->split_points,
                   "pipelined: auto, accelerate, or the first module of every part but the first")
        ->type_name("NAME,…")
        ->default_str("auto");
    app.add_option("--num-chunks", o->num_chunks, "pipelined: micro-batches in flight")
        ->default_str("one for each stage")
        ->check(CLI::Range(1, PlacementChoice::most_parts));
    app.add_flag("--gather-output", o->gather_output,
                 "pipelined: the first part writes the results instead of the last");
    app.add_option("--replicas", o->replicas, "pipelined: pipelines side by side")
        ->default_str("as many as the devices make")
        ->check(CLI::Range(1, PlacementChoice::most_parts));
}

void add_launch_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& o) {
    begin_group(app, "Launching");
    app.add_flag("--gather", o->gather,
                 "After fanlight launch: copy all images into the folder of process 0 and draw a contact sheet");
    app.add_flag("--prepare", o->prepare,
                 "Write the run folder and stop, for a launcher that starts fanlight-worker run RUN.json");
    app.add_option("--num-machines", o->num_machines,
                   "With --prepare: how many machines like this one will work on the run, so that a pipeline may span "
                   "them")
        ->default_str("1")
        ->check(CLI::Range(1, 10'000));
    app.add_option("--num-processes", o->num_processes,
                   "With --prepare: how many processes will be started on all machines, so that they form whole "
                   "pipelines")
        ->default_str("what the launcher starts")
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
    if (o.project_rows)
        request.rows.insert(request.rows.end(), o.project_rows->begin(), o.project_rows->end());
    else if (!o.prompt_file.empty())
        request.list = [file = o.prompt_file, columns = columns_of(o.list)](ListReading reading, const TakeRow& take) {
            if (!has_own_columns(reading.task)) reading.task = ImageTask::kind;
            reading.columns = columns;
            read_list(file, reading, take);
        };
    if (!o.reserve_memory.empty()) request.reserve = parse_memory_reserve(join(o.reserve_memory, ","));
    std::vector<Sentence> problems;
    request.styles = std::make_shared<Styles>(
        load_styles(ModelPlaces(resources_folder(), request.models_dirs).style_files, problems));
    if (request.parameters.contains("styles"))
        for (const Sentence& problem : problems) say(problem.text());
    request.split = o.split == "even" ? Split::Even : Split::Pull;
    return request;
}

bool is_of_mode(std::string_view option, std::string_view mode) {
    return std::none_of(std::begin(mode_options), std::end(mode_options), [&](const ModeOption& one) {
        return one.option == option && one.modes.find(mode) == std::string_view::npos;
    });
}

void check_mode(const CLI::App& command, const std::string& mode) {
    for (const auto& [option, modes] : mode_options) {
        const CLI::Option* known = command.get_option_no_throw(option);  // some are for images alone
        if (known && known->count() > 0 && modes.find(mode) == std::string_view::npos)
            throw UsageError("%1 belongs to --mode %2.", option, modes);
    }
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
