#include "core/devices/infer_device_map.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

/// A module, or a tensor (module == nullptr), that has not been placed yet.
struct Entry {
    std::string name;
    const Module* module;
};
using Entries = std::deque<Entry>;

bool lies_below(const std::string& name, const std::string& module) { return name.starts_with(module + "."); }

/// Accelerate tests for a substring, not for a prefix: "1.weight" counts as inside "h.1" and inside "1".
bool lies_inside(const std::string& parameter, const std::string& module) {
    return (parameter + ".").find(module + ".") != std::string::npos;
}

/// The single pass of infer_auto_device_map(), in Accelerate's terms.
class Placer {
public:
    Placer(const ModuleTree& tree, const MemoryBudget& max_memory, const DeviceMapOptions& options)
        : tree_(tree),
          options_(options),
          no_split_(options.no_split_module_classes.begin(), options.no_split_module_classes.end()),
          sizes_(compute_module_sizes(tree, options.load)),
          tied_parameters_(find_tied_parameters(tree)),
          devices_(max_memory) {
        const bool has_disk = !devices_.empty() && devices_.back().first == "disk";
        if (!has_disk) devices_.emplace_back("disk", 0);
        modules_to_treat_ = opened({"", &tree.root}, true);
        update_max_layer(modules_to_treat_);
    }

    InferredDeviceMap run() {
        while (!modules_to_treat_.empty()) {
            const Entry entry = modules_to_treat_.front();
            modules_to_treat_.pop_front();
            treat(entry);
        }
        if (options_.clean_result) result_.map = clean_device_map(std::move(result_.map));
        if (!options_.offload_buffers) result_.homeless_buffers = homeless_buffers();
        return std::move(result_);
    }

private:
    /// Entries that must share a device with a module because of tied parameters.
    struct Ties {
        std::vector<std::string> parameters;  ///< outside the module, tied to one of its parameters
        std::vector<Entry> entries;           ///< that contain them; none for a parameter that is already placed
        Bytes size_with_ties = 0;
        bool complete = true;  ///< every parameter has an entry
    };

    void treat(const Entry& entry) {
        forget_max_layer(entry.name);
        const Bytes size = sizes_.of(entry.name);
        const Ties ties = ties_of(entry.name, modules_to_treat_);
        const bool on_disk = device() == "disk";
        const Bytes reserved = is_main_device() ? max_layer_size_ : 0;
        const Bytes capacity = devices_[current_].second - reserved;

        if (on_disk || used_[current_] + ties.size_with_ties <= capacity) return assign(entry, ties);
        if (!ties.parameters.empty() && used_[current_] + size <= capacity && split_a_tied_module(entry, ties)) return;
        if (used_[current_] + size >= capacity && can_split(entry)) return split(entry);
        if (used_[current_] == 0 && options_.fallback_allocation && put_a_smaller_one_first(entry, ties)) return;
        go_to_next_device(entry, ties, reserved);
    }

    const std::string& device() const { return devices_[current_].first; }

    /// The first GPU and the CPU reserve room for the largest layer, which may have to be loaded there temporarily.
    bool is_main_device() const { return device() == "cpu" || (current_ == 0 && gpu_number(device()) >= 0); }

    bool can_split(const Entry& entry) const {
        return entry.module != nullptr && !entry.module->children.empty() &&
               !no_split_.contains(entry.module->class_name);
    }

    /// The parts of a module: its direct parameters, then its children, and for the whole model also its direct
    /// buffers; the buffers of other split modules are not placed separately.
    Entries opened(const Entry& entry, bool with_buffers = false) const {
        Entries entries;
        for (const TensorSpec* parameter : direct_parameters(tree_, *entry.module, entry.name))
            entries.push_back({child_name(entry.name, parameter->name), nullptr});
        for (const Module& child : entry.module->children)
            entries.push_back({child_name(entry.name, child.name), &child});
        if (with_buffers)
            for (const TensorSpec& buffer : entry.module->buffers)
                entries.push_back({child_name(entry.name, buffer.name), nullptr});
        return entries;
    }

    // The largest layer among the entries not yet placed: modules that will not be split, and tensors.

    void visit_layers(const Entry& entry) {
        if (can_split(entry)) {
            for (const Module& child : entry.module->children)
                visit_layers({child_name(entry.name, child.name), &child});
            return;
        }
        const Bytes size = sizes_.of(entry.name);
        if (size > max_layer_size_) max_layer_names_.clear();
        if (size >= max_layer_size_) max_layer_names_.push_back(entry.name);
        max_layer_size_ = std::max(max_layer_size_, size);
    }

    void update_max_layer(const Entries& entries) {
        max_layer_size_ = 0;
        max_layer_names_.clear();
        for (const Entry& entry : entries) visit_layers(entry);
    }

    void update_max_layer_of_modules() {
        Entries modules;
        std::copy_if(modules_to_treat_.begin(), modules_to_treat_.end(), std::back_inserter(modules),
                     [](const Entry& entry) { return entry.module != nullptr; });
        update_max_layer(modules);
    }

    void forget_max_layer(const std::string& module) {
        std::erase_if(max_layer_names_,
                      [&](const std::string& name) { return name == module || lies_below(name, module); });
        if (max_layer_names_.empty()) update_max_layer_of_modules();
    }

    // Tied parameters.

    Ties ties_of(const std::string& module, const Entries& entries) const {
        Ties ties{.size_with_ties = sizes_.of(module)};
        for (const auto& group : tied_parameters_) {
            std::vector<std::string> outside;
            for (const std::string& parameter : group)
                if (!lies_inside(parameter, module)) outside.push_back(parameter);
            if (outside.size() < group.size())
                ties.parameters.insert(ties.parameters.end(), outside.begin(), outside.end());
        }
        for (const std::string& parameter : ties.parameters) {
            const auto holder = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
                return parameter == entry.name || lies_below(parameter, entry.name);
            });
            if (holder == entries.end()) {
                ties.complete = false;
                continue;
            }
            ties.entries.push_back(*holder);
            ties.size_with_ties += sizes_.of(holder->name) - sizes_.of(parameter);
        }
        return ties;
    }

    auto find(const std::string& name) {
        return std::find_if(modules_to_treat_.begin(), modules_to_treat_.end(),
                            [&](const Entry& e) { return e.name == name; });
    }

    /// The module fits, but not together with everything tied to it: splits the first tied entry, then tries again.
    bool split_a_tied_module(const Entry& entry, const Ties& ties) {
        const auto tied =
            std::find_if(ties.entries.begin(), ties.entries.end(), [&](const Entry& e) { return can_split(e); });
        if (tied == ties.entries.end()) return false;
        replace(find(tied->name), opened(*tied));
        modules_to_treat_.push_front(entry);
        update_max_layer_of_modules();
        return true;
    }

    void replace(Entries::iterator position, const Entries& by) {
        position = modules_to_treat_.erase(position);
        modules_to_treat_.insert(position, by.begin(), by.end());
    }

    // Placing a module.

    void assign(const Entry& entry, const Ties& ties) {
        used_[current_] += ties.size_with_ties;
        set_device(entry.name);
        for (const Entry& tied : ties.entries) {
            if (const auto position = find(tied.name); position != modules_to_treat_.end())
                modules_to_treat_.erase(position);
            set_device(tied.name);
        }
        if (entry.module != nullptr) buffers_[device()] += buffer_size(*entry.module, options_.load.dtype);
    }

    void set_device(const std::string& name) {
        const auto found =
            std::find_if(result_.map.begin(), result_.map.end(), [&](const auto& e) { return e.first == name; });
        if (found == result_.map.end())
            result_.map.emplace_back(name, device());
        else
            found->second = device();
    }

    void split(const Entry& entry) {
        const Entries parts = opened(entry);
        modules_to_treat_.insert(modules_to_treat_.begin(), parts.begin(), parts.end());
        update_max_layer_of_modules();
    }

    void go_to_next_device(const Entry& entry, const Ties& ties, Bytes reserved) {
        if (used_[current_] == 0) result_.too_small.emplace_back(device(), ties.size_with_ties + reserved);
        used_[current_] += reserved;
        ++current_;
        modules_to_treat_.push_front(entry);
    }

    // Fallback: the first entry, split if necessary, that fits an empty device.

    bool put_a_smaller_one_first(const Entry& entry, const Ties& ties) {
        const Bytes limit = devices_[current_].second - std::max(max_layer_size_, ties.size_with_ties);
        const auto found = limit < 0 ? std::nullopt : first_that_fits(limit);
        if (!found) return false;
        open_down_to(found->name);
        modules_to_treat_.erase(find(found->name));
        modules_to_treat_.push_front(entry);
        modules_to_treat_.push_front(*found);
        return true;
    }

    std::optional<Entry> first_that_fits(Bytes limit) const {
        Entries search = modules_to_treat_;
        while (!search.empty()) {
            const Entry entry = search.front();
            search.pop_front();
            const Ties ties = ties_of(entry.name, search);
            if (ties.complete && ties.size_with_ties <= limit) return entry;
            if (!can_split(entry)) continue;
            const Entries parts = opened(entry);
            search.insert(search.begin(), parts.begin(), parts.end());
        }
        return std::nullopt;
    }

    void open_down_to(const std::string& name) {
        for (size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
            if (const auto parent = find(name.substr(0, dot)); parent != modules_to_treat_.end())
                replace(parent, opened(*parent));
    }

    Bytes homeless_buffers() {
        const Bytes offloaded = buffers_["cpu"] + buffers_["disk"];
        bool has_gpu = false;
        for (size_t i = 0; i < devices_.size(); ++i) {
            if (gpu_number(devices_[i].first) < 0) continue;
            has_gpu = true;
            if (devices_[i].second >= offloaded + used_[i]) return 0;
        }
        return has_gpu ? offloaded : 0;
    }

    const ModuleTree& tree_;
    const DeviceMapOptions& options_;
    const std::set<std::string> no_split_;
    const SizeMap sizes_;
    const std::vector<std::vector<std::string>> tied_parameters_;
    MemoryBudget devices_;  ///< ends with the disk, which has unlimited room
    Entries modules_to_treat_;
    size_t current_ = 0;
    std::map<size_t, Bytes> used_;          ///< by position in devices_
    std::map<std::string, Bytes> buffers_;  ///< by device
    Bytes max_layer_size_ = 0;
    std::vector<std::string> max_layer_names_;
    InferredDeviceMap result_;
};

void clean_below(DeviceMap& map, const std::string& module) {
    const auto is_below = [&](const auto& entry) { return module.empty() || lies_below(entry.first, module); };
    const auto first = std::find_if(map.begin(), map.end(), is_below);
    const auto count = std::count_if(map.begin(), map.end(), is_below);
    const bool same =
        std::all_of(map.begin(), map.end(), [&](const auto& e) { return !is_below(e) || e.second == first->second; });
    if (count > 1 && same) {
        const std::string device = first->second;
        std::erase_if(map, is_below);
        map.emplace_back(module, device);
        return;
    }
    std::set<std::string> children;
    for (const auto& [name, device] : map)
        if (is_below(std::pair(name, device)) && name.size() > module.size())
            children.insert(name.substr(0, name.find('.', module.empty() ? 0 : module.size() + 1)));
    for (const std::string& child : children) clean_below(map, child);
}

}  // namespace

InferredDeviceMap infer_auto_device_map(const ModuleTree& tree, const MemoryBudget& max_memory,
                                        const DeviceMapOptions& options) {
    return Placer(tree, max_memory, options).run();
}

DeviceMap clean_device_map(DeviceMap map) {
    clean_below(map, "");
    return map;
}

const std::vector<std::string>& device_map_strategies() {
    static const std::vector<std::string> strategies = {"auto", "balanced", "balanced_low_0", "sequential"};
    return strategies;
}

InferredDeviceMap place(const ModuleTree& tree, const std::string& strategy, const MemoryBudget& max_memory,
                        const DeviceMapOptions& options, bool budget_is_default) {
    const auto& known = device_map_strategies();
    if (std::find(known.begin(), known.end(), strategy) == known.end())
        throw UsageError("There is no device map strategy \"%1\"; there are %2", strategy, listed(known));
    if (strategy == "sequential") return infer_auto_device_map(tree, max_memory, options);
    const BalanceOptions balance{.no_split_module_classes = options.no_split_module_classes,
                                 .load = options.load,
                                 .low_zero = strategy == "balanced_low_0",
                                 .budget_is_default = budget_is_default};
    return infer_auto_device_map(tree, get_balanced_memory(tree, max_memory, balance), options);
}

}  // namespace fanlight
