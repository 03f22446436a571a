#include "core/checkpoints/lora_match.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

/// Maps the flat names by which a LoRA may refer to a component's parameters to their keys: "conv_in.weight".
std::map<std::string, std::vector<std::string>> parameters_by_flat_name(const ParameterShapes& parameters,
                                                                        const std::string& root) {
    const std::string beginning = root.empty() ? "" : root + ".";
    const bool is_rooted = std::any_of(parameters.begin(), parameters.end(),
                                       [&](const auto& entry) { return entry.first.starts_with(beginning); });
    std::map<std::string, std::vector<std::string>> keys;
    for (const auto& [key, shape] : parameters) {
        const size_t dot = key.rfind('.');
        if (dot == std::string::npos) continue;
        std::string module = key.substr(0, dot);
        if (!is_rooted) module.insert(0, beginning);
        keys[flat_name(std::move(module)) + key.substr(dot)].push_back(key);
    }
    return keys;
}

/// What the model may call the parameter: as the LoRA does, as diffusers calls the module that had this name before, or
/// with the root, which transformers 5 leaves out.
std::vector<std::string> names_of(const std::string& parameter, const KeyMap& flat_original, const std::string& root) {
    std::vector<std::string> names = {parameter};
    const size_t dot = parameter.rfind('.');
    if (const auto module = mapped_key(flat_original, parameter.substr(0, dot), '_'))
        names.push_back(*module + parameter.substr(dot));
    if (!root.empty()) names.push_back(flat_name(root) + "_" + parameter);
    return names;
}

OriginalNames with_flat_names(const OriginalNames& original) {
    OriginalNames flat;
    for (const auto& [from, to] : original.modules) flat.modules.emplace(flat_name(from), flat_name(to));
    for (const auto& [from, parts] : original.fused)
        for (const auto& [name, shares] : parts) flat.fused[flat_name(from)].emplace_back(flat_name(name), shares);
    for (const std::string& module : original.swapped) flat.swapped.insert(flat_name(module));
    return flat;
}

/// What of a component a layer of a LoRA may mean.
struct Meant {
    std::vector<std::string> names;  ///< one parameter: the first that there is
    ChangedRows rows;
};

/// Several parameters if the layer is for a module that diffusers has divided.
std::vector<Meant> meant_by(const std::string& parameter, const OriginalNames& flat_original, const std::string& root) {
    const size_t dot = parameter.rfind('.');
    const std::string module = parameter.substr(0, dot);
    const auto fused = flat_original.fused.find(module);
    if (fused == flat_original.fused.end())
        return {{names_of(parameter, flat_original.modules, root),
                 {.halves_swapped = flat_original.swapped.contains(module)}}};
    std::vector<Meant> all;
    int64_t first = 0;
    for (const auto& [name, shares] : fused->second) {
        all.push_back({{name + parameter.substr(dot)},
                       {.first_share = first, .own_shares = shares, .shares = shares_of_all(fused->second)}});
        first += shares;
    }
    return all;
}

}  // namespace

std::vector<LoraMatch> match_lora(const LoraFile& lora, const Component& component, const ParameterShapes& parameters,
                                  const OriginalNames& original) {
    const auto keys = parameters_by_flat_name(parameters, component.root);
    const OriginalNames flat_original = with_flat_names(original);
    const std::string file = lora.file()->path().string();
    std::vector<LoraMatch> matches;
    std::vector<std::string> unmatched;
    const auto match = [&](const Meant& meant, const WeightChange& change) {
        auto found = keys.end();
        for (const std::string& name : meant.names)
            if (found == keys.end()) found = keys.find(name);
        if (found == keys.end() || found->second.size() != 1) return false;
        const std::string& key = found->second.front();
        if (!change.fits(parameters.at(key), meant.rows))
            throw Error(
                "%1: the layer of \"%2\" does not have the shape of the model's \"%3\"; choose a LoRA that was made "
                "for this model.",
                file, change.key.substr(0, 200), excerpt(key, 200));
        matches.push_back({key, &change, meant.rows});
        return true;
    };
    for (const auto& [parameter, change] : lora.changes(component.name)) {
        const std::vector<Meant> all = meant_by(parameter, flat_original, component.root);
        if (!std::all_of(all.begin(), all.end(), [&, &own = change](const Meant& meant) { return match(meant, own); }))
            unmatched.push_back("\"" + change.key.substr(0, 200) + "\"");
    }
    if (unmatched.empty()) return matches;
    constexpr size_t max_named = 3;
    throw Error("%1: the model has no module for %2; choose a LoRA that was made for this model.", file,
                listed(unmatched, max_named));
}

}  // namespace fanlight
