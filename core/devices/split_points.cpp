#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/base/error.h"
#include "core/devices/infer_device_map.h"

namespace fanlight {

namespace {

/// The largest size among modules that are not split and the root's own tensors.
Bytes largest_layer(const ModuleTree& tree, const Module& module, const std::string& name, const SizeMap& sizes) {
    const auto& whole = tree.no_split_modules;
    const bool is_whole = std::find(whole.begin(), whole.end(), module.class_name) != whole.end();
    if (!name.empty() && (module.children.empty() || is_whole)) return sizes.of(name);
    Bytes largest = 0;
    for (const Module& child : module.children)
        largest = std::max(largest, largest_layer(tree, child, child_name(name, child.name), sizes));
    return largest;
}

Bytes largest_layer(const ModuleTree& tree, const SizeMap& sizes) {
    Bytes largest = largest_layer(tree, tree.root, "", sizes);
    for (const auto* tensors : {&tree.root.parameters, &tree.root.buffers})
        for (const TensorSpec& tensor : *tensors) largest = std::max(largest, sizes.of(tensor.name));
    return largest;
}

/// Accelerate converts a stage's budget to text and back: units of 1024 with two decimals, rounded up to a whole unit,
/// plus a tenth, then parsed in units of 1000.
Bytes stage_budget(Bytes bytes) {
    constexpr const char* units[] = {"bytes", "KB", "MB", "GB"};
    size_t unit = 0;
    for (; unit + 1 < std::size(units) && bytes >= 1024; ++unit) bytes /= 1024;
    if (unit == 0)
        throw UsageError(
            "The model is too small for automatic split points: a stage would hold less than 1 KiB; name the split "
            "points");
    char text[64];
    std::snprintf(text, sizeof text, "%.2f", bytes);
    const double with_margin = std::ceil(std::atof(text)) * 1.1;
    return std::trunc(with_margin * std::pow(1000.0, static_cast<double>(unit)));
}

}  // namespace

std::vector<std::string> auto_split_points(const ModuleTree& tree, int num_chunks,
                                           const std::vector<std::string>& no_split_module_classes) {
    if (num_chunks < 1) throw UsageError("The number of stages must be at least 1, not %1", num_chunks);
    if (num_chunks == 1) return {};
    const SizeMap sizes = compute_module_sizes(tree);
    const Bytes budget = stage_budget((sizes.of("") + largest_layer(tree, sizes)) / num_chunks);
    MemoryBudget max_memory;
    for (int i = 0; i < num_chunks; ++i) max_memory.emplace_back("cuda:" + std::to_string(i), budget);
    const DeviceMapOptions options{.no_split_module_classes = no_split_module_classes, .clean_result = false};
    const DeviceMap map = infer_auto_device_map(tree, max_memory, options).map;

    std::vector<std::string> points;
    for (int stage = 1; stage < num_chunks; ++stage) {
        const std::string device = max_memory[stage].first;
        const auto first =
            std::find_if(map.begin(), map.end(), [&](const auto& entry) { return entry.second == device; });
        if (first == map.end())
            throw UsageError(
                "Automatic split points leave stage %1 of %2 empty; ask for fewer stages or name the split points",
                stage, num_chunks);
        points.push_back(first->first);
    }
    return points;
}

}  // namespace fanlight
