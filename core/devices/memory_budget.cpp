#include "core/devices/memory_budget.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

struct Unit {
    std::string_view name;
    Bytes bytes;
    bool decimal;  ///< may also count bits
};
constexpr Unit units[] = {{"GIB", 1 << 30, false}, {"MIB", 1 << 20, false}, {"KIB", 1 << 10, false},
                          {"GB", 1e9, true},       {"MB", 1e6, true},       {"KB", 1e3, true}};

std::optional<double> number_in(std::string_view text) {
    const std::string_view digits = trimmed(text);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::optional<Bytes> size_in(const std::string& text) {
    std::string upper = text;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    const auto unit =
        std::find_if(std::begin(units), std::end(units), [&](const Unit& u) { return upper.ends_with(u.name); });
    if (unit == std::end(units)) {
        const bool whole = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        return whole ? number_in(text) : std::nullopt;
    }
    const auto number = number_in(text.substr(0, text.size() - unit->name.size()));
    if (!number) return std::nullopt;
    const Bytes size = std::trunc(*number * unit->bytes);
    return unit->decimal && text.back() == 'b' ? std::floor(size / 8) : size;
}

std::string device_of(const std::string& key) {
    if (key == "cpu" || key == "disk") return key;
    const std::string number = key.starts_with("cuda:") ? key.substr(5) : key;
    const bool digits =
        !number.empty() && number.size() <= 4 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!digits)
        throw UsageError("Memory limits: there is no device %1; devices are cuda:N, cpu and disk", in_quotes(key));
    return "cuda:" + std::to_string(std::stoi(number));
}

void sort_in_filling_order(MemoryBudget& budget) {
    const auto rank = [](const std::string& device) {
        return device == "disk" ? 1'000'001 : device == "cpu" ? 1'000'000 : gpu_number(device);
    };
    std::sort(budget.begin(), budget.end(),
              [&](const auto& a, const auto& b) { return rank(a.first) < rank(b.first); });
}

Bytes* find(MemoryBudget& budget, const std::string& device) {
    const auto found =
        std::find_if(budget.begin(), budget.end(), [&](const auto& entry) { return entry.first == device; });
    return found == budget.end() ? nullptr : &found->second;
}

/// Names that are not the parent of another one. As in Accelerate, names without a dot have no parent.
std::vector<std::string> leaves_of(const std::vector<std::string>& names) {
    std::set<std::string> parents;
    for (const std::string& name : names)
        if (const auto dot = name.rfind('.'); dot != std::string::npos) parents.insert(name.substr(0, dot));
    std::vector<std::string> leaves;
    for (const std::string& name : names)
        if (!name.empty() && !parents.contains(name)) leaves.push_back(name);
    return leaves;
}

/// Mean size of the modules that hold tensors and have no children.
Bytes mean_size_of_final_modules(const SizeMap& sizes) {
    std::vector<std::string> names, modules;
    for (const auto& [name, bytes] : sizes.entries()) names.push_back(name);
    const auto tensors = leaves_of(names);
    const std::set<std::string> is_tensor(tensors.begin(), tensors.end());
    std::copy_if(names.begin(), names.end(), std::back_inserter(modules),
                 [&](const auto& n) { return !is_tensor.contains(n); });

    Bytes sum = 0;
    const auto final_modules = leaves_of(modules);
    for (const std::string& name : final_modules) sum += sizes.of(name);
    return std::trunc(sum / std::max<Bytes>(1, final_modules.size()));
}

/// The largest of the classes that are not split, each measured by its first instance.
Bytes largest_whole_module(const ModuleTree& tree, const SizeMap& sizes, const std::vector<std::string>& classes) {
    std::set<std::string> open(classes.begin(), classes.end());
    Bytes largest = 0;
    for (const auto& [name, bytes] : sizes.entries()) {
        const Module* module = name.empty() ? nullptr : find_module(tree, name);
        if (module != nullptr && open.erase(module->class_name) > 0) largest = std::max(largest, bytes);
    }
    return largest;
}

/// GPU 0 takes what the GPUs 1 … n-1 do not.
void leave_the_rest_to_gpu_0(MemoryBudget& budget, int gpus, Bytes total) {
    Bytes others = 0;
    for (int i = 0; i < gpus; ++i) {
        const Bytes* own = find(budget, "cuda:" + std::to_string(i));
        if (own == nullptr)
            throw UsageError(
                "balanced_low_0 needs GPUs numbered from 0 without a gap; there is no memory limit for cuda:%1", i);
        if (i > 0) others += *own;
    }
    Bytes& zero = *find(budget, "cuda:0");
    zero = std::min(zero, std::max<Bytes>(0, total - others));
}

}  // namespace

int gpu_number(const std::string& device) { return device.starts_with("cuda:") ? std::atoi(device.c_str() + 5) : -1; }

Bytes parse_memory_size(const std::string& text) {
    const auto size = size_in(std::string(trimmed(text)));
    if (!size || *size < 0 || *size > 1e18)
        throw UsageError("%1 is no amount of memory; write a number and a unit, such as 10GB or 5.5GiB",
                         in_quotes(text));
    return *size;
}

std::string memory_text(Bytes bytes) {
    const auto decimal = [&](const Unit& unit) { return unit.decimal && (bytes >= unit.bytes || unit.name == "KB"); };
    const Unit& unit = *std::find_if(std::begin(units), std::end(units), decimal);
    char text[64];
    std::snprintf(text, sizeof text, "%.2f ", bytes / unit.bytes);
    return text + std::string(unit.name);
}

MemoryBudget parse_max_memory(const std::string& text) {
    MemoryBudget budget;
    std::istringstream entries(text + ",");
    for (std::string entry; std::getline(entries, entry, ',');) {
        const auto equals = entry.find('=');
        if (equals == std::string::npos)
            throw UsageError("Memory limits: %1 is not of the form DEVICE=SIZE, such as cuda:0=10GB", in_quotes(entry));
        const std::string device = device_of(std::string(trimmed(entry.substr(0, equals))));
        if (find(budget, device) != nullptr) throw UsageError("Memory limits: %1 is named twice", device);
        budget.emplace_back(device, parse_memory_size(entry.substr(equals + 1)));
    }
    sort_in_filling_order(budget);
    return budget;
}

Bytes bytes_on(const MemoryBudget& budget, const std::string& device) {
    const auto found =
        std::find_if(budget.begin(), budget.end(), [&](const auto& entry) { return entry.first == device; });
    return found == budget.end() ? 0 : found->second;
}

MemoryBudget free_memory(const std::vector<Device>& devices) {
    MemoryBudget budget;
    for (const Device& device : devices) budget.emplace_back(device.id, static_cast<Bytes>(device.memory_free));
    sort_in_filling_order(budget);
    return budget;
}

MemoryBudget get_balanced_memory(const ModuleTree& tree, MemoryBudget max_memory, const BalanceOptions& options) {
    std::vector<Bytes*> gpus;
    for (auto& [device, bytes] : max_memory)
        if (gpu_number(device) >= 0 && bytes > 0) gpus.push_back(&bytes);
    if (gpus.empty()) return max_memory;

    const bool low_zero = options.low_zero && gpus.size() > 1;
    if (gpus.size() == 1 && options.budget_is_default) *gpus[0] *= 0.9;

    const SizeMap sizes = compute_module_sizes(tree, options.load);
    const Bytes total = sizes.of("");
    const Bytes largest = largest_whole_module(tree, sizes, options.no_split_module_classes);
    const Bytes margin = std::trunc(1.25 * std::max(largest, mean_size_of_final_modules(sizes)));
    const Bytes share = std::floor(total / static_cast<Bytes>(low_zero ? gpus.size() - 1 : gpus.size())) + margin;

    const Bytes* zero = find(max_memory, "cuda:0");
    for (size_t i = 0; i + 1 < gpus.size(); ++i)
        if (!low_zero || gpus[i] != zero) *gpus[i] = std::min(*gpus[i], share);
    if (low_zero) leave_the_rest_to_gpu_0(max_memory, static_cast<int>(gpus.size()), total);
    return max_memory;
}

}  // namespace fanlight
