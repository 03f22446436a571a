#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fanlight {

struct ModuleTree;

/// Full module (or parameter) name -> "cuda:N", "cpu" or "disk"; covers everything below the name, "" the whole model.
/// In order of placement.
using DeviceMap = std::vector<std::pair<std::string, std::string>>;

/// An entry of a map is the module or tensor `name`, or holds it.
bool covers(std::string_view entry, std::string_view name);

/// Device of a module or parameter: that of the first entry that covers it; nullptr when none does.
const std::string* find_device(const DeviceMap& map, std::string_view name);

/// The same, but throws UsageError when no entry covers it.
const std::string& device_of(const DeviceMap& map, const std::string& name);

/// What a map puts on `place` is only kept there, and fetched to the device `computes` each time that it is needed: the
/// disk computes nothing, and neither does the CPU of a model that runs on GPUs.
bool only_stores(std::string_view place, std::string_view computes);

/// A map whose every name begins with that of a component, "transformer.norm", as one of the component,
/// "norm"; another map as it is.
DeviceMap without_component(DeviceMap map, const std::string& component);

/// Throws UsageError naming an entry that is no module of the model, two that overlap, or a tensor that none covers.
void check_device_map(const ModuleTree& tree, const DeviceMap& map);

/// Reads {"down_blocks": 0, "mid_block": "cuda:1", "up_blocks": "cpu"}. Throws Error naming file and
/// entry.
DeviceMap read_device_map(const std::filesystem::path& file);

}  // namespace fanlight
