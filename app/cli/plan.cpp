#include <algorithm>
#include <cstdio>
#include <iostream>
#include <numeric>

#include "app/cli/command.h"
#include "app/cli/generate_options.h"
#include "core/base/text.h"
#include "core/config/program_paths.h"
#include "core/devices/device_list.h"
#include "core/run/crew.h"
#include "core/run/place_run.h"
#include "core/run/predicted_shares.h"

namespace fanlight {

namespace {

struct PlanOptions {
    std::shared_ptr<GenerateOptions> generate = std::make_shared<GenerateOptions>();
    CLI::Option* mode = nullptr;
    std::vector<std::string> assume;
    bool measure = false;
};

/// What is planned: the run, the model, the devices and what was asked for.
struct Forecast {
    RunPlan run;
    ModelDescription model;
    std::vector<PlanDevice> devices;
    PlacementRequest request;
    Workload work;
    bool measured = false;
};

/// Devices that are not here. --devices may choose among them; "cpu" beside GPUs is the host's memory.
void assume_devices(Forecast& forecast, const std::string& assumed, const std::string& chosen) {
    std::vector<Device> there;
    for (const auto& [id, bytes] : parse_max_memory(assumed)) {
        if (id == "disk") throw UsageError("--assume: the disk is no device that computes");
        there.push_back({.id = id, .kind = id == "cpu" ? "cpu" : "cuda", .memory_free = static_cast<int64_t>(bytes)});
    }
    forecast.run.devices = parse_devices(chosen, there);
    for (const std::string& id : forecast.run.devices)
        for (const Device& device : there)
            if (device.id == id) forecast.devices.push_back({.id = id, .memory = device.memory_free});
    if (there.back().id == "cpu") forecast.request.host_memory = there.back().memory_free;
}

void use_devices_here(Forecast& forecast, const LayerTimings& timings, bool measure) {
    forecast.devices = planned_devices(forecast.run, forecast.model, timings, measure);
    forecast.measured = !forecast.devices.back().layer_seconds.empty();
    forecast.request.host_memory = list_devices().back().memory_free;
}

Forecast forecast_of(const PlanOptions& options) {
    const GenerateOptions& given = *options.generate;
    PlanRequest request = plan_request(given);
    const std::string chosen = request.devices;
    if (!options.assume.empty()) request.devices = "cpu";
    Forecast forecast{.run = make_plan(request, resources_folder(), "--"), .request = placement_request(given)};
    const std::string worker = find_worker_program("");
    forecast.model = describe_model(worker, forecast.run.model_folder, largest_shape(forecast.run));
    forecast.work = workload_of(forecast.run);
    if (options.assume.empty())
        use_devices_here(forecast, LayerTimings(worker, forecast.run.model_folder), options.measure);
    else
        assume_devices(forecast, join(options.assume, ","), chosen);
    return forecast;
}

/// Seconds of a micro-batch in each replica; a pipeline gives one away as often as its slowest stage is done.
std::vector<double> seconds_of_replicas(const Placement& placement, const Workload& work) {
    std::vector<double> seconds(placement.replicas, 0);
    for (const PlacedWorker& worker : placement.workers) {
        double own = 0;
        for (const PlacedStage& stage : worker.stages) own += stage.seconds;
        seconds[worker.replica] = std::max(seconds[worker.replica], own * work.steps);
    }
    return seconds;
}

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
            for (size_t i = stage.first; i < stage.last; ++i) layers.push_back(model.layers[i].name);
            stages.push_back({{"replica", worker.replica},
                              {"stage", worker.stage},
                              {"device", stage.device},
                              {"layers", layers},
                              {"bytes", stage.bytes},
                              {"milliseconds", 1000 * stage.seconds}});
        }
    return stages;
}

void print_json(const Forecast& forecast, const Placement& chosen, const std::vector<Placement>& all,
                const std::string& why) {
    Json map = Json::object(), placements = Json::array();
    for (const auto& [module, device] : chosen.device_map) map[module] = device;
    for (const Placement& p : all) placements.push_back(summary(p));
    const Placement* best = best_placement(all);
    Json json = summary(chosen);
    json.update({{"shares", predicted_shares(forecast.run, seconds_of_replicas(chosen, forecast.work))},
                 {"device_map", map},
                 {"stages", stages_of(chosen, forecast.model)},
                 {"measured", forecast.measured},
                 {"placements", placements},
                 {"best", best == nullptr ? Json() : Json(best->name)},
                 {"why", why}});
    std::cout << to_line(json) << '\n';
}

// For people

std::string memory_column(const Placement& p) {
    std::vector<std::string> parts;
    for (const DeviceMemory& m : p.memory)
        parts.push_back(m.device + " " + memory_text(m.needed()) + " of " + memory_text(m.free));
    return join(parts, ", ");
}

void print_table(const Forecast& forecast, const Placement& chosen, const std::vector<Placement>& all,
                 const std::string& why) {
    const DescribedShape& shape = forecast.model.shape;
    std::printf("%s, %s, %dx%d, batch size %d, %d steps: network %s, text encoder %s, decoder %s\n",
                forecast.run.recipe.model.c_str(), shape.dtype.c_str(), shape.width, shape.height, shape.batch_size,
                forecast.work.steps, memory_text(forecast.model.network_bytes()).c_str(),
                memory_text(forecast.model.text_encoder.bytes).c_str(),
                memory_text(forecast.model.decoder.bytes).c_str());
    std::printf("%zu images on %s\n\n", forecast.run.items.size(), join(forecast.run.devices, ", ").c_str());
    std::printf("  %-32s %10s %8s  %s\n", "PLACEMENT", "IMAGES/H", "BUBBLE", "MEMORY");
    for (const Placement& p : all) {
        const char* mark = p.name == chosen.name ? "*" : " ";
        if (p.problem.empty())
            std::printf("%s %-32s %10.0f %7.2f%%  %s\n", mark, p.name.c_str(), p.images_per_hour, 100 * p.bubble,
                        memory_column(p).c_str());
        else
            std::printf("%s %-32s cannot be: %s\n", mark, p.name.c_str(), p.problem.c_str());
    }
    std::printf("\n* %s: %s.\n", chosen.name.c_str(), why.c_str());
    for (const PlacedWorker& worker : chosen.workers)
        for (const PlacedStage& s : worker.stages)
            std::printf("  replica %d, stage %d on %s: layers %zu-%zu, %s, %.1f ms an evaluation\n", worker.replica,
                        worker.stage, s.device.c_str(), s.first, s.last - 1, memory_text(s.bytes).c_str(),
                        1000 * s.seconds);
    std::printf("Times are %s.\n",
                forecast.measured ? "measured" : "estimated from the number of operations; --measure times each layer");
}

struct Choice {
    Placement placement;
    std::string why;
};

/// What was asked for; without --mode replicas where they fit, as `generate` would do, and else the best.
Choice choose(const Forecast& forecast, const std::vector<Placement>& all, bool asked) {
    const Placement* best = best_placement(all);
    const auto foresee = [&] {
        return foresee_placement(forecast.model, forecast.devices, forecast.request, forecast.work);
    };
    if (asked) return {foresee(), "as asked for"};
    if (all.front().problem.empty())
        return {foresee(), best->name == all.front().name
                               ? "the most images an hour, with the fewest parts"
                               : "what generate does without --mode; " + best->name + " would make more"};
    if (best == nullptr) throw UsageError(all.front().problem);
    return {*best, "the most images an hour of those that fit"};
}

ExitCode plan(const PlanOptions& options) {
    const Forecast forecast = forecast_of(options);
    const auto all = compare_placements(forecast.model, forecast.devices, forecast.request, forecast.work);
    const auto [chosen, why] = choose(forecast, all, options.mode->count() > 0);
    if (options.generate->json)
        print_json(forecast, chosen, all, why);
    else
        print_table(forecast, chosen, all, why);
    if (!chosen.problem.empty()) throw UsageError(chosen.problem);
    return ExitCode::Done;
}

}  // namespace

Action add_plan(CLI::App& app) {
    const auto options = std::make_shared<PlanOptions>();
    add_request_options(app, options->generate);
    add_placement_options(app, options->generate);
    options->mode = app.get_option("--mode");
    app.add_option("--assume", options->assume, "Plan for a machine that is not this one: cuda:0=24GB,cuda:1=8GB")
        ->allow_extra_args(false);
    app.add_flag("--measure", options->measure, "Time each layer on its device first");
    app.add_flag("--json", options->generate->json, "One object on standard output");
    return [options] { return plan(*options); };
}

}  // namespace fanlight
