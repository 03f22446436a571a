#include <algorithm>
#include <cctype>
#include <cinttypes>
#include <cstdio>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/text_options.h"
#include "core/base/text.h"
#include "core/batch/score_task.h"
#include "core/batch/text_task.h"
#include "core/config/program_paths.h"
#include "core/plan/forecast.h"

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
//   best             name of the one with the most images per hour; null: none is possible
namespace fanlight {

namespace {

struct PlanOptions {
    std::shared_ptr<GenerateOptions> generate = std::make_shared<GenerateOptions>();
    CLI::Option* mode = nullptr;
    std::vector<std::string> assume;
    bool json = false;
    bool measure = false;
};

// For programs

Json json_of(const DeviceMemory& m) {
    return {{"device", m.device},   {"weights", m.weights}, {"activations", m.activations},
            {"context", m.context}, {"needed", m.needed()}, {"free", m.free}};
}

Json json_of(const std::vector<DeviceMemory>& rows) {
    Json json = Json::array();
    for (const DeviceMemory& row : rows) json.push_back(json_of(row));
    return json;
}

Json summary(const Placement& p) {
    Json json = {{"name", p.name}, {"mode", name_of(p.mode)}, {"memory", json_of(p.memory)}};
    if (!p.problem.empty()) {
        json["problem"] = p.problem;
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
                 {"placements", placements},
                 {"best", forecast.best.empty() ? Json() : Json(forecast.best)},
                 {"why", forecast.why}});
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

std::string parts_text(const ModelDescription& model) {
    std::string text = "network " + memory_text(static_cast<Bytes>(model.network_bytes()));
    if (model.text_encoder.bytes > 0)
        text += ", text encoder " + memory_text(static_cast<Bytes>(model.text_encoder.bytes));
    if (model.decoder.bytes > 0) text += ", decoder " + memory_text(static_cast<Bytes>(model.decoder.bytes));
    return text;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

void print_table(const Forecast& forecast) {
    const DescribedShape& shape = forecast.model.shape;
    const Placement& chosen = forecast.chosen;
    const std::string kind(forecast.run.items.front().task.kind()), many = kind + "s";
    std::printf("%s, %s, %s, batch size %d, %d steps: %s\n", forecast.run.recipe.model.c_str(), shape.dtype.c_str(),
                size_text(shape).c_str(), shape.batch_size, forecast.work.steps, parts_text(forecast.model).c_str());
    std::printf("%zu %s on %s\n\n", forecast.run.items.size(),
                forecast.run.items.size() == 1 ? kind.c_str() : many.c_str(), join(forecast.run.devices, ", ").c_str());
    std::printf("  %-32s %10s %8s  %s\n", "PLACEMENT", upper(many + "/h").c_str(), "BUBBLE", "MEMORY");
    for (const Placement& p : forecast.placements) {
        const char* mark = p.name == chosen.name ? "*" : " ";
        if (p.problem.empty())
            std::printf("%s %-32s %10.0f %7.2f%%  %s\n", mark, p.name.c_str(), p.images_per_hour, 100 * p.bubble,
                        memory_column(p).c_str());
        else
            std::printf("%s %-32s cannot be: %s\n", mark, p.name.c_str(), p.problem.c_str());
    }
    std::printf("\n* %s: %s.\n", chosen.name.c_str(), forecast.why.c_str());
    for (const PlacedWorker& worker : chosen.workers)
        for (const PlacedStage& s : worker.stages)
            std::printf("  replica %d, stage %d on %s: layers %" PRId64 "-%" PRId64 ", %s, %.1f ms an evaluation\n",
                        worker.replica, worker.stage, s.device.c_str(), s.layers.begin, s.layers.end - 1,
                        memory_text(s.bytes).c_str(), 1000 * s.seconds);
    for (const auto& [device, bytes] : forecast.run.placement.reserved)
        std::printf("Of %s, %s are left to other programs (--reserve-memory).\n", device.c_str(),
                    memory_text(bytes).c_str());
    std::printf("Times are %s.\n",
                forecast.measured ? "measured" : "estimated from the number of operations; --measure times each layer");
}

ForecastRequest forecast_request(const PlanOptions& options) {
    return {.run = plan_request(*options.generate),
            .placement = placement_request(*options.generate),
            .mode_is_chosen = options.mode->count() > 0,
            .assume = join(options.assume, ","),
            .measure = options.measure};
}

ExitCode plan(const PlanOptions& options) {
    if (options.mode->count() > 0) check_mode(*options.generate);
    const Forecast found = forecast(forecast_request(options), resources_folder(), "--");
    options.json ? print_json(found) : print_table(found);
    if (!found.chosen.problem.empty()) throw UsageError(found.chosen.problem);
    return ExitCode::Done;
}

}  // namespace

Action add_plan(CLI::App& app) {
    const auto options = std::make_shared<PlanOptions>();
    add_request_options(app, options->generate);
    add_text_parameters(app, options->generate);
    add_score_parameters(app, options->generate);
    app.add_option("--task", options->generate->request.task,
                   "What a language model is to do: text or score (default: text)")
        ->check(CLI::IsMember({TextTask::kind, ScoreTask::kind}));
    add_placement_options(app, options->generate);
    options->mode = app.get_option("--mode");
    app.add_option("--assume", options->assume, "Plan for a machine that is not this one: cuda:0=24GB,cuda:1=8GB")
        ->allow_extra_args(false);
    app.add_flag("--measure", options->measure, "Time each layer on its device first");
    app.add_flag("--json", options->json, "One object on standard output");
    return [options] { return plan(*options); };
}

}  // namespace fanlight
