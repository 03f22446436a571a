#include "core/plan/nearest_placement.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

/// What all workers together need on a device.
std::vector<DeviceMemory> sums_of(const Placement& placement) {
    std::map<std::string, DeviceMemory> sums;
    for (const DeviceMemory& row : placement.memory) {
        DeviceMemory& all =
            sums.try_emplace(row.device, DeviceMemory{.device = row.device, .free = row.free}).first->second;
        all.weights += row.weights;
        all.activations += row.activations;
        all.context += row.context;
    }
    std::vector<DeviceMemory> rows;
    for (auto& [device, all] : sums) rows.push_back(std::move(all));
    return rows;
}

/// The device that lacks the most.
DeviceMemory scarcest(const Placement& placement) {
    const std::vector<DeviceMemory> rows = sums_of(placement);
    const auto lacking = [](const DeviceMemory& row) { return row.needed() - row.free; };
    return rows.empty() ? DeviceMemory()
                        : *std::max_element(rows.begin(), rows.end(),
                                            [&](const auto& a, const auto& b) { return lacking(a) < lacking(b); });
}

Sentence listed_memory(const Placement& placement) {
    std::vector<std::string> parts;
    for (const DeviceMemory& row : sums_of(placement))
        parts.push_back(row.device + ": " + memory_text(row.needed()) + " / " + memory_text(row.free));
    return Sentence(join(parts, ", "));
}

/// Whether the request is refused for the lack of memory alone.
bool is_possible_with_more(const ModelDescription& model, std::vector<PlanDevice> devices, PlacementRequest request,
                           const Workload& work) {
    constexpr int64_t endless = int64_t{1} << 60;
    for (PlanDevice& device : devices) device.memory = endless;
    request.max_memory.clear();
    request.host_memory = endless;
    for (PlanDevice& device : request.cfg_devices) device.memory = endless;
    if (request.text_device) request.text_device->memory = endless;
    try {
        return predict_placement(model, devices, request, work).problem.empty();
    } catch (const UsageError&) {
        return false;
    }
}

}  // namespace

Sentence with_nearest(const Sentence& problem, const std::vector<Placement>& placements) {
    if (const Placement* best = best_placement(placements))
        return Sentence("%1; %2 fits (%3)", problem, best->name, listed_memory(*best));
    const Placement* nearest = nullptr;
    DeviceMemory least;
    for (const Placement& placement : placements) {
        const DeviceMemory row = scarcest(placement);
        const int64_t lacking = row.needed() - row.free;
        if (lacking <= 0 || (nearest && least.needed() - least.free <= lacking)) continue;
        nearest = &placement;
        least = row;
    }
    if (!nearest) return problem;
    return Sentence("%1; nothing else fits, and what comes nearest, %2, would need %3 on %4", problem, nearest->name,
                    memory_text(least.needed()), least.device);
}

Placement place_or_advise(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                          const PlacementRequest& request, const Workload& work) {
    Placement placement = predict_or_advise(model, devices, request, work);
    if (!placement.problem.empty())
        throw UsageError(with_nearest(placement.problem, compare_placements(model, devices, request, work)));
    return placement;
}

Placement predict_or_advise(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                            const PlacementRequest& request, const Workload& work) {
    try {
        return predict_placement(model, devices, request, work);
    } catch (const UsageError& error) {
        if (!is_possible_with_more(model, devices, request, work)) throw;
        throw UsageError(with_nearest(sentence_of(error), compare_placements(model, devices, request, work)));
    }
}

}  // namespace fanlight
