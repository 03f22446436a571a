#include "core/devices/module_tree.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "core/base/error.h"

namespace fanlight {

namespace {

const std::map<std::string, Bytes>& dtype_sizes() {
    static const std::map<std::string, Bytes> sizes = {
        {"bool", 1.0 / 8},  {"int2", 1.0 / 4},      {"int4", 1.0 / 2},      {"int8", 1},
        {"int16", 2},       {"int32", 4},           {"int64", 8},           {"uint8", 1},
        {"uint16", 2},      {"uint32", 4},          {"uint64", 8},          {"float8_e4m3fn", 1},
        {"float8_e5m2", 1}, {"float8_e4m3fnuz", 1}, {"float8_e5m2fnuz", 1}, {"float8_e8m0fnu", 1},
        {"float16", 2},     {"bfloat16", 2},        {"float32", 4},         {"float64", 8},
        {"tf32", 4},  // how float32 is multiplied, and no dtype of torch
        {"complex32", 4},   {"complex64", 8},       {"complex128", 16},
    };
    return sizes;
}

bool is_converted(const std::string& dtype) {
    return !dtype.starts_with("int") && !dtype.starts_with("uint") && dtype != "bool";
}

Bytes element_size(const TensorSpec& tensor, const std::string& dtype) {
    const Bytes own = dtype_byte_size(tensor.dtype);
    return dtype.empty() || !is_converted(tensor.dtype) ? own : std::min(own, dtype_byte_size(dtype));
}

Bytes elements(const TensorSpec& tensor) {
    Bytes count = 1;
    for (const int64_t size : tensor.shape) count *= static_cast<Bytes>(size);
    return count;
}

using Visit = std::function<void(const std::string& name, const Module& module)>;

/// Visits each module before its children, like torch's named_modules().
void visit_modules(const Module& module, const std::string& name, const Visit& visit) {
    visit(name, module);
    for (const Module& child : module.children) visit_modules(child, child_name(name, child.name), visit);
}

/// Adds the bytes of "a.b" to "a.b", "a" and "".
void add_to_all_above(SizeMap& sizes, const std::string& name, Bytes bytes) {
    sizes.add("", bytes);
    for (size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
        sizes.add(name.substr(0, dot), bytes);
    sizes.add(name, bytes);
}

}  // namespace

void SizeMap::add(const std::string& name, Bytes bytes) {
    const auto [found, is_new] = index_.try_emplace(name, entries_.size());
    if (is_new) entries_.emplace_back(name, 0);
    entries_[found->second].second += bytes;
}

Bytes SizeMap::of(const std::string& name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? 0 : entries_[found->second].second;
}

std::string child_name(const std::string& parent, const std::string& name) {
    return parent.empty() ? name : parent + "." + name;
}

Bytes dtype_byte_size(const std::string& dtype) {
    const auto found = dtype_sizes().find(dtype.starts_with("torch.") ? dtype.substr(6) : dtype);
    if (found == dtype_sizes().end()) throw UsageError("There is no dtype \"%1\"; an example is float16", dtype);
    return found->second;
}

SizeMap compute_module_sizes(const ModuleTree& tree, const LoadDtype& load) {
    std::set<std::string> aliases;
    for (const auto& [first, alias] : tree.ties) aliases.insert(alias);

    SizeMap sizes;
    const auto add = [&](const std::string& module, const TensorSpec& tensor) {
        const std::string name = child_name(module, tensor.name);
        const auto special = load.special_dtypes.find(name);
        const Bytes element =
            special == load.special_dtypes.end() ? element_size(tensor, load.dtype) : dtype_byte_size(special->second);
        const Bytes bytes =
            tensor.packed_bytes > 0 ? static_cast<Bytes>(tensor.packed_bytes) : elements(tensor) * element;
        if (!aliases.contains(name)) add_to_all_above(sizes, name, bytes);
    };
    visit_modules(tree.root, "", [&](const std::string& name, const Module& module) {
        for (const TensorSpec& parameter : module.parameters) add(name, parameter);
    });
    visit_modules(tree.root, "", [&](const std::string& name, const Module& module) {
        for (const TensorSpec& buffer : module.buffers) add(name, buffer);
    });
    return sizes;
}

Bytes buffer_size(const Module& module, const std::string& dtype) {
    Bytes bytes = 0;
    visit_modules(module, "", [&](const std::string&, const Module& sub) {
        for (const TensorSpec& buffer : sub.buffers) bytes += elements(buffer) * element_size(buffer, dtype);
    });
    return bytes;
}

std::vector<const TensorSpec*> direct_parameters(const ModuleTree& tree, const Module& module,
                                                 const std::string& name) {
    const auto repeats = [&](const TensorSpec& parameter) {
        return std::any_of(tree.ties.begin(), tree.ties.end(), [&](const auto& tie) {
            return tie.second == child_name(name, parameter.name) &&
                   std::any_of(module.parameters.begin(), module.parameters.end(),
                               [&](const TensorSpec& other) { return tie.first == child_name(name, other.name); });
        });
    };
    std::vector<const TensorSpec*> parameters;
    for (const TensorSpec& parameter : module.parameters)
        if (!repeats(parameter)) parameters.push_back(&parameter);
    return parameters;
}

const Module* find_module(const ModuleTree& tree, const std::string& name) {
    const Module* module = &tree.root;
    for (size_t start = 0; module != nullptr && start < name.size();) {
        const size_t end = std::min(name.find('.', start), name.size());
        const std::string part = name.substr(start, end - start);
        const auto& children = module->children;
        const auto child =
            std::find_if(children.begin(), children.end(), [&](const Module& c) { return c.name == part; });
        module = child == children.end() ? nullptr : &*child;
        start = end + 1;
    }
    return module;
}

std::vector<std::string> checkpoint_names(const ModuleTree& tree) {
    std::vector<std::string> names;
    visit_modules(tree.root, "", [&](const std::string& name, const Module& module) {
        for (const TensorSpec& parameter : module.parameters) names.push_back(child_name(name, parameter.name));
        for (const TensorSpec& buffer : module.buffers)
            if (buffer.persistent) names.push_back(child_name(name, buffer.name));
    });
    return names;
}

std::vector<std::vector<std::string>> find_tied_parameters(const ModuleTree& tree) {
    std::vector<std::string> firsts;
    std::map<std::string, std::set<std::string>> groups;
    for (const auto& [first, alias] : tree.ties) {
        if (!groups.contains(first)) firsts.push_back(first);
        groups[first].insert({first, alias});
    }
    std::vector<std::vector<std::string>> tied;
    for (const std::string& first : firsts) tied.emplace_back(groups[first].begin(), groups[first].end());
    return tied;
}

}  // namespace fanlight
