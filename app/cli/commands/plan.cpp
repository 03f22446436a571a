#include <algorithm>
#include <cctype>
#include <cinttypes>
#include <cstdio>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/planned_run.h"
#include "app/cli/project_options.h"
#include "app/cli/text_options.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/batch/image_task.h"
#include "core/batch/score_task.h"
#include "core/batch/text_task.h"
#include "core/config/encoder_hashes.h"
#include "core/config/program_paths.h"
#include "core/plan/forecast.h"
#include "core/plan/nearest_placement.h"

// What --json prints: one object. Bytes are whole numbers. Instead of the values marked *, an impossible placement has
// a `problem`, one sentence.
//
//   name, mode       of the requested or chosen placement: "pipelined (2 stages)", "pipelined"
//   why              it was chosen
//   replicas*        number of models side by side
//   shares           for each replica, a list of the items that it would make, numbered from 0, including repeated ones
//   device_map       {module of the network, with everything in it: device}; "": the whole network; {} for replicas
//   stages           a list: replica, stage, device, layers (names in the order of the data), bytes of their weights,
//                    milliseconds of one evaluation of a micro-batch
//   memory           a list, one entry per worker and device: device, weights, activations, context (the program
//                    itself), needed (their sum), free
//   images_per_hour*
//   bubble*          the fraction of time that a stage waits for others
//   measured         whether milliseconds were measured (--measure), rather than estimated
//   placements       all that were compared: name, mode, memory, and problem or else replicas, stages (their number),
//                    images_per_hour, bubble
//   text_device      where the text encoders work; "": beside the network
//   cfg_devices      for each worker, where a second copy of its network makes half of every guided evaluation; []:
//                    nowhere
//   encoder_stay     how long they are there: always, while_reading, in_turns (with the network)
//   cache_embeddings whether what they make of texts is kept on disk
//   batch_size, batch_size_why
//                    items in a micro-batch, and why --batch-size auto chose that; "": it was not asked to
//   weights          of a model whose files hold packed weights: form ("dequantised" or "packed"), why it was chosen
//                    ("": it was asked for, or dequantised ones fit), dequantised and packed (bytes of the whole model
//                    in either form)
//   best             name of the one with the most images per hour; null: none is possible
//
// Of texts, images_per_hour are texts; besides:
//
//   tokens_per_second
//   cache_bytes      what a row keeps of a text of the longest kind
//   rows             for which there is room in a micro-batch
namespace fanlight {

namespace {

struct PlanOptions {
    std::shared_ptr<TextOptions> run = std::make_shared<TextOptions>();
    CLI::Option* mode = nullptr;
    std::vector<std::string> assume;
    bool json = false;
    bool measure = false;
};

/// What the run makes: one, several.
std::pair<std::string, std::string> mode_words(const Forecast& forecast) {
    const bool images = forecast.run.items.front().task.is<ImageTask>();
    return images ? std::pair{"image", "images"} : std::pair{"text", "texts"};
}

// Of texts

/// Of each text, at most; 0: nothing is written.
int new_tokens_of(const Forecast& forecast) {
    const Task& task = forecast.run.items.front().task;
    return task.is<TextTask>() ? task.as<TextTask>().max_new_tokens : 0;
}

double tokens_per_second(const Forecast& forecast, const Placement& p) {
    return p.images_per_hour / 3600 * new_tokens_of(forecast);
}

/// Keys and values in all layers, in bytes.
double cache_of_a_row(const Forecast& forecast) {
    double kept = 0;
    for (const LayerDescription& layer : forecast.model.layers) kept += static_cast<double>(layer.kept_bytes);
    return kept / std::max(1, forecast.model.shape.batch_size);
}

/// In a micro-batch of the chosen placement: the device that has the least room decides. A device has the share of the
/// caches that it has of the weights, and in a pipeline those of as many micro-batches as there are stages.
int64_t rows_that_fit(const Forecast& forecast) {
    const Placement& p = forecast.chosen;
    double weights = 0, least = -1;
    for (const DeviceMemory& m : p.memory) weights += static_cast<double>(m.weights) / p.replicas;
    for (const DeviceMemory& m : p.memory) {
        const double share = static_cast<double>(m.weights) / std::max(1.0, weights) * p.stages,
                     row = cache_of_a_row(forecast) * share, own = row * forecast.model.shape.batch_size,
                     room = static_cast<double>(m.free - m.needed()) + own;
        if (row > 0) least = least < 0 ? room / row : std::min(least, room / row);
    }
    return static_cast<int64_t>(std::max(0.0, least));
}

WeightForm form_of_weights(const RunPlan& run) {
    return run.packed_weights ? WeightForm::Packed : WeightForm::Dequantised;
}

/// Of each worker, where the second half of its guided evaluations is made.
std::vector<std::string> cfg_devices_of(const RunPlan& run) {
    std::vector<std::string> devices;
    for (const WorkerPlace& worker : run.placement.workers)
        if (!worker.cfg_device.empty()) devices.push_back(worker.cfg_device);
    return devices;
}

// For programs

Json memory_json(const DeviceMemory& m) {
    return {{"device", m.device},   {"weights", m.weights}, {"activations", m.activations},
            {"context", m.context}, {"needed", m.needed()}, {"free", m.free}};
}

Json memory_json(const std::vector<DeviceMemory>& rows) {
    Json json = Json::array();
    for (const DeviceMemory& row : rows) json.push_back(memory_json(row));
    return json;
}

Json summary(const Placement& p) {
    Json json = {{"name", p.name}, {"mode", name_of(p.mode)}, {"memory", memory_json(p.memory)}};
    if (!p.problem.empty()) {
        json["problem"] = p.problem.text();
        return json;
    }
    json.update(
        {{"replicas", p.replicas}, {"stages", p.stages}, {"images_per_hour", p.images_per_hour}, {"bubble", p.bubble}});
    return json;
}

Json stages_of(const Placement& p, const ModelDescription& model) {
    Json stages = Json::array();
    for (const PlacedWorker& worker : p.workers)
        for (const PlacedStage& stage : worker.stages) {
            Json layers = Json::array();
            for (int64_t i = stage.layers.begin; i < stage.layers.end; ++i) layers.push_back(model.layers[i].name);
            stages.push_back({{"replica", worker.replica},
                              {"stage", worker.stage},
                              {"device", stage.device},
                              {"layers", layers},
                              {"bytes", stage.bytes},
                              {"milliseconds", 1000 * stage.seconds}});
        }
    return stages;
}

void print_json(const Forecast& forecast) {
    Json map = Json::object(), placements = Json::array();
    for (const auto& [module, device] : forecast.chosen.device_map) map[module] = device;
    for (const Placement& p : forecast.placements) placements.push_back(summary(p));
    Json json = summary(forecast.chosen);
    json.update({{"shares", forecast_shares(forecast)},
                 {"device_map", map},
                 {"stages", stages_of(forecast.chosen, forecast.model)},
                 {"measured", forecast.measured},
                 {"text_device", forecast.run.placement.text_device},
                 {"cfg_devices", cfg_devices_of(forecast.run)},
                 {"encoder_stay", name_of(forecast.chosen.encoder_stay)},
                 {"cache_embeddings", forecast.run.cache_embeddings},
                 {"batch_size", forecast.run.recipe.batch_size},
                 {"batch_size_why", forecast.run.batch_size_why.text()},
                 {"placements", placements},
                 {"best", forecast.best.empty() ? Json() : Json(forecast.best)},
                 {"why", forecast.why.text()}});
    if (const WeightChoice& weights = forecast.run.weights; weights.packed_bytes > 0)
        json["weights"] = {{"form", name_of(form_of_weights(forecast.run))},
                           {"why", weights.why.text()},
                           {"dequantised", weights.dequantised_bytes},
                           {"packed", weights.packed_bytes}};
    if (new_tokens_of(forecast) > 0)
        json.update({{"tokens_per_second", tokens_per_second(forecast, forecast.chosen)},
                     {"cache_bytes", static_cast<int64_t>(cache_of_a_row(forecast))},
                     {"rows", rows_that_fit(forecast)}});
    std::cout << to_line(json) << '\n';
}

// For people

std::string memory_column(const Placement& p) {
    std::vector<std::string> parts;
    for (const DeviceMemory& m : p.memory)
        parts.push_back(m.device + " " + memory_text(m.needed()) + " of " + memory_text(m.free));
    return join(parts, ", ");
}

std::string size_text(const DescribedShape& shape) {
    if (shape.width > 0) return std::to_string(shape.width) + "x" + std::to_string(shape.height);
    return "up to " + std::to_string(shape.tokens) + " tokens each";
}

std::string parts_text(const ModelDescription& model, const std::string& text_device) {
    std::string text = "network " + memory_text(static_cast<Bytes>(model.network_bytes()));
    if (model.text_encoder.bytes > 0)
        text += ", text encoder " + memory_text(static_cast<Bytes>(model.text_encoder.bytes)) +
                (text_device.empty() ? "" : " on " + text_device);
    if (model.decoder.bytes > 0) text += ", decoder " + memory_text(static_cast<Bytes>(model.decoder.bytes));
    return text;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

/// Of a model whose files hold packed weights; empty: it has none.
std::string weights_text(const Forecast& forecast) {
    const WeightChoice& weights = forecast.run.weights;
    if (weights.packed_bytes == 0) return "";
    const std::string sizes = memory_text(static_cast<Bytes>(weights.packed_bytes)) + " packed, " +
                              memory_text(static_cast<Bytes>(weights.dequantised_bytes)) + " dequantised",
                      why = weights.why.empty() ? "" : " (auto: " + weights.why.text() + ")";
    return "Its weights are " + name_of(form_of_weights(forecast.run)) + " in memory" + why +
           ": the whole model takes " + sizes + " (--weights).";
}

/// What a run of whole models does where a device has too little memory for them; empty: it has enough.
std::string remedy_text(const Forecast& forecast) {
    int64_t lacking = 0;
    for (const DeviceMemory& m : forecast.chosen.memory)
        if (gpu_number(m.device) >= 0) lacking = std::max(lacking, m.needed() - m.free);
    if (forecast.chosen.mode != Mode::Replicas || lacking == 0) return "";
    if (lacking <= forecast.model.text_encoder.bytes + forecast.model.network_bytes())
        return "A run can be made all the same, but slowly: text encoders leave the device when they have read, and "
               "the network's layers are fetched from main memory at each step.";
    return "A run would have to change pixels: with --on-oom any it goes on in tiles, then in smaller micro-batches.";
}

/// Empty: there is nothing to say.
std::string stay_text(EncoderStay stay) {
    if (stay == EncoderStay::Always) return "";
    const std::string leave = "Text encoders read the prompts of several micro-batches, then leave the device";
    return leave + (stay == EncoderStay::InTurns ? " to the network, which is loaded anew each time." : ".");
}

void print_table(const Forecast& forecast) {
    const DescribedShape& shape = forecast.model.shape;
    const Placement& chosen = forecast.chosen;
    const auto [one, many] = mode_words(forecast);
    const bool counts_tokens = new_tokens_of(forecast) > 0;
    std::printf("%s, %s, %s, %s, %s: %s\n", forecast.run.recipe.model.c_str(), shape.dtype.c_str(),
                size_text(shape).c_str(), text_of(forecast.run.batch_size()).c_str(),
                counted(forecast.work.steps, "%n step", "%n steps").text().c_str(),
                parts_text(forecast.model, forecast.run.placement.text_device).c_str());
    for (int number = 1; number < forecast.run.models(); ++number) {
        const PlannedModel& model = forecast.run.model(number);
        std::printf("and %s%s: %zu of the %s\n", model.recipe.model.c_str(),
                    model.recipe.loras.empty() ? "" : (" with " + lora_texts(model.recipe.loras)).c_str(),
                    items_of_model(forecast.run, number).size(), many.c_str());
    }
    std::printf("%zu %s on %s\n\n", forecast.run.items.size(),
                forecast.run.items.size() == 1 ? one.c_str() : many.c_str(),
                join(devices_in_use(forecast.run), ", ").c_str());
    if (const std::string weights = weights_text(forecast); !weights.empty()) std::printf("%s\n\n", weights.c_str());
    std::printf("  %-32s %10s %8s  %s\n", "PLACEMENT", counts_tokens ? "TOKENS/S" : upper(many + "/h").c_str(),
                "BUBBLE", "MEMORY");
    for (const Placement& p : forecast.placements) {
        const char* mark = p.name == chosen.name ? "*" : " ";
        if (p.problem.empty())
            std::printf("%s %-32s %10.0f %7.2f%%  %s\n", mark, p.name.c_str(),
                        counts_tokens ? tokens_per_second(forecast, p) : p.images_per_hour, 100 * p.bubble,
                        memory_column(p).c_str());
        else
            std::printf("%s %-32s impossible: %s\n", mark, p.name.c_str(), p.problem.text().c_str());
    }
    std::printf("\n* %s: %s.\n", chosen.name.c_str(), forecast.why.text().c_str());
    const size_t items = forecast.run.items.size();
    if (chosen.problem.empty() && chosen.images_per_hour > 0)
        std::printf(
            "  %zu %s: about %s.\n", items, items == 1 ? one.c_str() : many.c_str(),
            duration_text(std::max(1.0, 3600 * static_cast<double>(items) / chosen.images_per_hour)).text().c_str());
    for (const PlacedWorker& worker : chosen.workers)
        for (const PlacedStage& s : worker.stages)
            std::printf("  replica %d, stage %d on %s: layers %" PRId64 "-%" PRId64 ", %s, %.1f ms an evaluation\n",
                        worker.replica, worker.stage, s.device.c_str(), s.layers.begin, s.layers.end - 1,
                        memory_text(s.bytes).c_str(), 1000 * s.seconds);
    if (const double kept = cache_of_a_row(forecast); counts_tokens && kept > 0)
        std::printf("A row takes %s for %d tokens; there is room for %" PRId64 " rows (--batch-size).\n",
                    memory_text(static_cast<Bytes>(kept)).c_str(), shape.tokens, rows_that_fit(forecast));
    for (const auto& [device, bytes] : forecast.run.placement.reserved)
        std::printf("%s of %s are left to other programs (--reserve-memory).\n", memory_text(bytes).c_str(),
                    device.c_str());
    if (!cfg_devices_of(forecast.run).empty())
        std::printf(
            "The second device of each pair makes the negative prompt's half of every guided step (--cfg-devices).\n");
    if (const std::string stay = stay_text(chosen.encoder_stay); !stay.empty()) std::printf("%s\n", stay.c_str());
    if (forecast.run.cache_embeddings)
        std::printf("What the text encoders make of prompts is kept in %s (--cache-embeddings).\n",
                    encoded_texts_folder().c_str());
    if (const std::string remedy = remedy_text(forecast); !remedy.empty()) std::printf("%s\n", remedy.c_str());
    std::printf("Times are %s.\n",
                forecast.measured ? "measured" : "estimated from the number of operations; --measure times each layer");
}

/// Throws UsageError for options that would have no effect.
void check(const CLI::App& command, const PlanOptions& options) {
    const GenerateOptions& run = *options.run;
    if (options.mode->count() > 0 || run.gather_output) check_mode(command, run.mode);
    if (options.measure && !options.assume.empty())
        throw UsageError("--measure times the devices of this machine; leave it out, or --assume.");
}

ForecastRequest forecast_request(const PlanOptions& options) {
    PlanRequest run = text_request(*options.run);
    return {.run = std::move(run),
            .placement = placement_request(*options.run),
            .mode_is_chosen = options.mode->count() > 0 || options.run->project_rows,
            .assume = join(options.assume, ","),
            .measure = options.measure};
}

ExitCode plan(const CLI::App& command, const PlanOptions& options) {
    check(command, options);
    const Forecast found = forecast(forecast_request(options), resources_folder(), "--");
    print_notes(found.run);
    say_prediction(found.run);
    options.json ? print_json(found) : print_table(found);
    if (!found.chosen.problem.empty()) throw UsageError(with_nearest(found.chosen.problem, found.placements));
    return ExitCode::Done;
}

}  // namespace

Action add_plan(CLI::App& app) {
    const auto options = std::make_shared<PlanOptions>();
    add_request_options(app, options->run);
    add_text_parameters(app, options->run);
    add_text_choices(app, options->run);
    add_score_parameters(app, options->run);
    begin_group(app, "Model");
    app.add_option("--task", options->run->request.task, "What a language model is asked to do")
        ->default_str(TextTask::kind)
        ->check(CLI::IsMember({TextTask::kind, ScoreTask::kind}));
    add_placement_options(app, options->run);
    options->mode = app.get_option("--mode");
    begin_group(app, "Devices");
    app.add_option("--assume", options->assume, "Plan for another machine: cuda:0=24GB,cuda:1=8GB")
        ->type_name("DEVICE=SIZE,…")
        ->default_str("this machine")
        ->allow_extra_args(false);
    app.add_flag("--measure", options->measure, "Time each layer on its device first");
    add_name_pattern(app, options->run);
    app.add_flag("--json", options->json, "Print one JSON object on standard output");
    add_examples(
        app, {"fanlight plan \"a dog\" -W 64 -H 64", "fanlight plan -p prompts.csv --assume cuda:0=24GB,cuda:1=8GB"});
    return [options, &app] {
        take_project(app, *options->run);
        return plan(app, *options);
    };
}

}  // namespace fanlight
