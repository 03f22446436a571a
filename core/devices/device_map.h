#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fanlight {

struct ModuleTree;

/// Full module (or parameter) name -> "cuda:N", "cpu" or "disk". An entry covers everything below its name; "" is the
/// whole model. In order of placement.
using DeviceMap = std::vector<std::pair<std::string, std::string>>;

/// Whether a map's entry is the module or tensor `name` or contains it.
bool covers(std::string_view entry, std::string_view name);

/// Device of a module or parameter, from the first entry that covers it; nullptr if none does.
const std::string* find_device(const DeviceMap& map, std::string_view name);

/// The same, but throws UsageError if no entry covers it.
const std::string& device_of(const DeviceMap& map, const std::string& name);

/// Whether modules that a map puts on `place` are only stored there and fetched to the device `computes` whenever they
/// are needed: true for the disk, and for the CPU if the model runs on GPUs.
bool only_stores(std::string_view place, std::string_view computes);

/// Whether the map leaves nothing on a GPU.
bool is_offloaded(const DeviceMap& map);

/// Strips the component's name if all names of the map begin with it: "transformer.norm" becomes "norm". Other maps are
/// returned unchanged.
DeviceMap without_component(DeviceMap map, const std::string& component);

/// Throws UsageError naming an entry that is not a module of the model, two that overlap, or a tensor that no entry
/// covers.
void check_device_map(const ModuleTree& tree, const DeviceMap& map);

/// Reads {"down_blocks": 0, "mid_block": "cuda:1", "up_blocks": "cpu"}. Throws Error naming file and
/// entry.
DeviceMap read_device_map(const std::filesystem::path& file);

}  // namespace fanlight
