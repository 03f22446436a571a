#pragma once

#include <QTest>
#include <string>

#include "core/base/json.h"
#include "core/devices/infer_device_map.h"
#include "core/devices/placement.h"

// Comparing a network's modules, and where they are placed, with what Accelerate does with the reference's.
namespace fanlight {

/// The first module that differs, or an empty string.
inline std::string difference(const Module& module, const Json& expected, const std::string& name) {
    Json parameters = Json::array();
    for (const TensorSpec& parameter : module.parameters) parameters.push_back({parameter.name, parameter.shape});
    if (module.class_name != expected[0]) return name + " is a " + module.class_name;
    if (parameters != expected[1]) return name + " has the parameters " + parameters.dump();
    if (module.children.size() != expected[2].size()) return name + " has another number of children";
    for (size_t i = 0; i < module.children.size(); ++i) {
        const Module& child = module.children[i];
        if (child.name != expected[2][i][0]) return name + " has a child " + child.name + " out of order";
        const std::string found = difference(child, expected[2][i][1], child_name(name, child.name));
        if (!found.empty()) return found;
    }
    return "";
}

inline std::string device(const Json& number_or_name) {
    const std::string text = number_or_name.is_string() ? number_or_name.get<std::string>() : number_or_name.dump();
    return text == "cpu" || text == "disk" ? text : "cuda:" + text;
}

inline DeviceMap map_of(const Json& by_device) {
    DeviceMap map;
    for (const auto& [where, names] : by_device.items())
        for (const Json& name : names) map.emplace_back(name, device(where));
    return map;
}

/// Each of `maps` is [strategy, memory, unsplittable classes, dtype, {device: names}].
inline void compare_maps(const ModuleTree& tree, const Json& maps) {
    const auto parameters = checkpoint_names(tree);
    for (const Json& expected : maps) {
        MemoryBudget max_memory;
        for (const Json& entry : expected[1]) max_memory.emplace_back(device(entry[0]), entry[1]);
        const DeviceMapOptions options{.no_split_module_classes = expected[2], .load = {.dtype = expected[3]}};
        const DeviceMap map = place(tree, expected[0], max_memory, options).map;
        const DeviceMap reference = map_of(expected[4]);
        for (const std::string& name : parameters) {
            const std::string what = name + " by " + expected[0].dump() + " " + expected[1].dump();
            QVERIFY2(device_of(map, name) == device_of(reference, name), what.c_str());
        }
    }
}

}  // namespace fanlight
