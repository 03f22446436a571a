#include "core/devices/placement_choice.h"

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/devices/infer_device_map.h"

namespace fanlight {

namespace {

/// --device-map on the command line, "device map" elsewhere.
Sentence shown(const std::string& where, const char* option, const Sentence& words) {
    return where.empty() ? words : Sentence(where + option);
}

DeviceMap own_map(const PlacementChoice& choice, const std::string& where) {
    const Sentence option = shown(where, "device-map", "Device map");
    std::error_code ignored;
    if (!std::filesystem::exists(choice.device_map, ignored))
        throw UsageError("%1: %2 is not a file, and the strategies are %3.", option, in_quotes(choice.device_map),
                         listed(device_map_strategies()));
    if (!choice.max_memory.empty())
        throw UsageError("%1 is for maps that Fanlight makes; leave it out, since %2 says where each module is.",
                         shown(where, "max-memory", "A memory limit"), choice.device_map);
    return read_device_map(choice.device_map);
}

}  // namespace

PlacementRequest request_of(const PlacementChoice& choice, const std::string& where) {
    PlacementRequest request{.mode = choice.mode,
                             .device_map = choice.device_map,
                             .replicas = choice.replicas,
                             .stages = choice.stages,
                             .split_points = choice.split_points,
                             .num_chunks = choice.num_chunks};
    if (!choice.max_memory.empty()) request.max_memory = parse_max_memory(choice.max_memory);
    const auto& strategies = device_map_strategies();
    if (std::find(strategies.begin(), strategies.end(), choice.device_map) == strategies.end())
        request.own_map = own_map(choice, where);
    return request;
}

}  // namespace fanlight
