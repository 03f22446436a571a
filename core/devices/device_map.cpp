#include "core/devices/device_map.h"

#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/devices/memory_budget.h"
#include "core/devices/module_tree.h"

namespace fanlight {

namespace {

bool names_a_tensor(const ModuleTree& tree, const std::string& name) {
    const auto dot = name.rfind('.');
    const Module* module = find_module(tree, dot == std::string::npos ? "" : name.substr(0, dot));
    const std::string last = dot == std::string::npos ? name : name.substr(dot + 1);
    const auto is_named = [&](const TensorSpec& tensor) { return tensor.name == last; };
    return module != nullptr && (std::any_of(module->parameters.begin(), module->parameters.end(), is_named) ||
                                 std::any_of(module->buffers.begin(), module->buffers.end(), is_named));
}

std::string device_in(const Json& value, const std::string& entry, const Place& where) {
    if (value.is_number_unsigned() && value.get<uint64_t>() < 10000)
        return "cuda:" + std::to_string(value.get<uint64_t>());
    const std::string device = value.is_string() ? value.get<std::string>() : "";
    const bool is_gpu = device.starts_with("cuda:") && device.size() > 5 && device.size() < 10 &&
                        device.find_first_not_of("0123456789", 5) == std::string::npos;
    if (is_gpu || device == "cpu" || device == "disk") return device;
    throw UsageError("%1: the device of %2 is %3; it must be a number, \"cuda:N\", \"cpu\" or \"disk\"", where,
                     in_quotes(entry), excerpt(to_line(value)));
}

/// Reads the user's file; errors in it are usage errors.
Json map_in(const std::filesystem::path& file) {
    try {
        return read_json_file(file, 16u << 20);
    } catch (const Error& error) {
        throw UsageError(error.sentence());
    }
}

}  // namespace

bool covers(std::string_view entry, std::string_view name) {
    return entry.empty() || (name.starts_with(entry) && (name.size() == entry.size() || name[entry.size()] == '.'));
}

const std::string* find_device(const DeviceMap& map, std::string_view name) {
    const auto found = std::find_if(map.begin(), map.end(), [&](const auto& e) { return covers(e.first, name); });
    return found == map.end() ? nullptr : &found->second;
}

const std::string& device_of(const DeviceMap& map, const std::string& name) {
    if (const std::string* device = find_device(map, name)) return *device;
    throw UsageError("The device map leaves out %1", name);
}

bool only_stores(std::string_view place, std::string_view computes) {
    return place == "disk" || (place == "cpu" && computes != "cpu");
}

bool is_offloaded(const DeviceMap& map) {
    return !map.empty() && std::all_of(map.begin(), map.end(), [](const auto& entry) {
        return entry.second == "cpu" || entry.second == "disk";
    });
}

DeviceMap without_component(DeviceMap map, const std::string& component) {
    const auto is_of_it = [&](const auto& entry) { return covers(component, entry.first); };
    if (!std::all_of(map.begin(), map.end(), is_of_it)) return map;
    for (auto& [name, device] : map) name.erase(0, component.size() + 1);
    return map;
}

void check_device_map(const ModuleTree& tree, const DeviceMap& map) {
    for (const auto& [entry, device] : map)
        if (find_module(tree, entry) == nullptr && !names_a_tensor(tree, entry))
            throw UsageError("The device map names %1, which is not a module of the model", in_quotes(entry));
    for (const auto& [entry, device] : map)
        for (const auto& [other, other_device] : map)
            if (&entry != &other && covers(entry, other))
                throw UsageError("The device map names both %1 and %2, which lies in it", in_quotes(entry),
                                 in_quotes(other));
    std::vector<std::string> left_out;
    for (const std::string& name : checkpoint_names(tree))
        if (find_device(map, name) == nullptr) left_out.push_back(name);
    if (left_out.empty()) return;
    throw UsageError("The device map leaves out %1", listed(left_out, 3));
}

DeviceMap read_device_map(const std::filesystem::path& file) {
    const Json json = map_in(file);
    if (!json.is_object()) throw UsageError("%1: a device map is an object of module names and devices", file);
    DeviceMap map;
    for (const auto& [entry, value] : json.items()) map.emplace_back(entry, device_in(value, entry, file.string()));
    return map;
}

}  // namespace fanlight
