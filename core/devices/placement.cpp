#include "core/devices/placement.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/devices/placement_planner.h"

namespace fanlight {

namespace {

const std::vector<std::string>& mode_names() {
    static const std::vector<std::string> names = {"replicas", "sharded", "pipelined"};
    return names;
}

constexpr const char* own_map_name = "own map";

/// "auto" is Accelerate's synonym for "balanced".
std::string strategy_of(const PlacementRequest& request) {
    if (request.own_map) return own_map_name;
    return request.device_map == "auto" ? "balanced" : request.device_map;
}

/// Adds the result of `plan`, or why it is impossible.
template <typename Plan>
void add(std::vector<Placement>& placements, const std::string& name, Mode mode, const Plan& plan) {
    try {
        placements.push_back(plan());
    } catch (const UsageError& error) {
        placements.push_back({.name = name, .mode = mode, .problem = error.sentence()});
    }
}

/// Different strategies often yield the same map.
void drop_equal_shards(std::vector<Placement>& placements) {
    for (size_t i = 0; i < placements.size(); ++i) {
        const DeviceMap map = placements[i].device_map;
        if (map.empty()) continue;
        const auto same = [&](const Placement& p) { return p.device_map == map; };
        placements.erase(std::remove_if(placements.begin() + i + 1, placements.end(), same), placements.end());
    }
}

void add_pipelines(std::vector<Placement>& placements, const PlacementPlanner& planner, size_t devices) {
    for (size_t stages = 2; stages <= devices; ++stages) {
        const auto pipelines = static_cast<int>(devices / stages), each = static_cast<int>(stages);
        const std::string name = "pipelined (" + (pipelines > 1 ? std::to_string(pipelines) + " pipelines of " : "") +
                                 std::to_string(stages) + " stages)";
        add(placements, name, Mode::Pipelined, [&] { return planner.pipelined(pipelines, each); });
    }
}

}  // namespace

const std::string& name_of(Mode mode) { return mode_names()[static_cast<size_t>(mode)]; }

Mode mode_named(const std::string& name) {
    const auto& names = mode_names();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw UsageError("There is no mode \"%1\"; there are %2", name, listed(names));
    return static_cast<Mode>(found - names.begin());
}

Placement place_model(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                      const PlacementRequest& request, const Workload& work) {
    Placement placement = predict_placement(model, devices, request, work);
    if (!placement.problem.empty()) throw UsageError(placement.problem);
    return placement;
}

Placement predict_placement(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                            const PlacementRequest& request, const Workload& work) {
    const PlacementPlanner planner(model, devices, request, work);
    if (request.mode == Mode::Replicas) return planner.replicas(false);
    if (request.mode == Mode::Sharded) return planner.sharded(strategy_of(request), planner.sharded_replicas());
    const auto [replicas, stages] = planner.replicas_and_stages();
    return planner.pipelined(replicas, stages);
}

std::vector<Placement> compare_placements(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                                          const PlacementRequest& request, const Workload& work) {
    PlacementRequest open = request;  // the numbers of each are what is being compared
    open.replicas = open.stages = 0;
    const PlacementPlanner planner(model, devices, open, work);
    std::vector<Placement> placements;
    add(placements, "replicas", Mode::Replicas, [&] { return planner.replicas(false); });
    if (!placements.back().problem.empty() && devices.size() > 1)
        add(placements, "replicas (some devices)", Mode::Replicas, [&] { return planner.replicas(true); });

    std::vector<std::string> strategies = {"balanced", "balanced_low_0", "sequential"};
    if (request.own_map) strategies.emplace_back(own_map_name);
    for (const std::string& strategy : strategies)
        add(placements, "sharded (" + strategy + ")", Mode::Sharded, [&] { return planner.sharded(strategy, 1); });
    drop_equal_shards(placements);
    add_pipelines(placements, planner, devices.size());
    return placements;
}

const Placement* best_placement(const std::vector<Placement>& placements) {
    constexpr double about_as_many = 0.98;
    double most = 0;
    for (const Placement& p : placements)
        if (p.problem.empty()) most = std::max(most, p.images_per_hour);
    const Placement* best = nullptr;
    for (const Placement& p : placements) {
        if (!p.problem.empty() || p.images_per_hour < about_as_many * most) continue;
        if (best == nullptr || p.stages < best->stages) best = &p;
    }
    return best;
}

std::vector<PlanDevice> on_machines(const std::vector<PlanDevice>& devices, int machines) {
    std::vector<PlanDevice> all = devices;
    for (int machine = 1; machine < machines; ++machine)
        for (PlanDevice device : devices) {
            device.id += "@" + std::to_string(machine);
            all.push_back(std::move(device));
        }
    return all;
}

std::string name_on_machine(const std::string& device) { return device.substr(0, device.find('@')); }

}  // namespace fanlight
